"""What integration and fault tests share."""
