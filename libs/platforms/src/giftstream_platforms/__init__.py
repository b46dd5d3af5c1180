"""What is known of each store platform, once: auth, transport, errors, signatures, limits."""
