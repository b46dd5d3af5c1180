"""A mail inbox: receives over real SMTP, keeps every mail as a file, lists them as JSON and as pages."""
