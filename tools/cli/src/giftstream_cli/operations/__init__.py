"""`giftstream outbox`, `republish`, `keys`: what operators ask of the services' /admin routes."""
