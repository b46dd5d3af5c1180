"""Outgoing webhooks: delivered in the background, repeated, and disturbed on request."""
