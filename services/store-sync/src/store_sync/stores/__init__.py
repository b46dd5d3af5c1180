"""Connectors: how each vendor's stores are inspected, subscribed to and read."""
