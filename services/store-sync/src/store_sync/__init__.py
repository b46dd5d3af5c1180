"""Store connections, webhooks and what is seen in the stores."""
