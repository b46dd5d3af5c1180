"""What a campaign offers: items read from the stores, and the jobs that read them."""
