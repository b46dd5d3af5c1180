"""What API keys may be permitted to do."""

SCOPES = frozenset(
    {
        "orders:read",
        "orders:write",
        "campaigns:read",
        "campaigns:write",
        "stores:read",
        "stores:write",
        "messages:read",
        "messages:write",
    }
)
