"""What is known of each store platform, written once: auth, transport, paging, errors, signatures, rate limits."""
