"""Routes of the internal listener. They translate; what is decided is in use cases."""
