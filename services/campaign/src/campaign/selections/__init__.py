"""Who takes part in a campaign, and what they select."""
