"""A mail inbox: receives over real SMTP, keeps every mail as a file, shows them to all."""
