"""The ways out: SMTP so far."""
