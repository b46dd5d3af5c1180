"""Whom a decision is recorded of."""

from giftstream.http.access import Caller


def person(caller: Caller, by: str | None) -> str:
    """Who decided: the name given, vouched for by the key that was used."""
    return f"{by} ({caller.name})" if by else caller.name
