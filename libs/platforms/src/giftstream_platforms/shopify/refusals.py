"""Shopify's own no: `userErrors` in an answer that is otherwise fine."""

from collections.abc import Mapping, Sequence
from typing import Any

from giftstream_platforms.failures import StoreRefused


def raise_user_errors(errors: Sequence[Mapping[str, Any]] | None) -> None:
    """StoreRefused with the store's words when there are any."""
    if not errors:
        return
    words = []
    for error in errors:
        field = ".".join(str(part) for part in error.get("field") or ())
        words.append(f"{field}: {error['message']}" if field else str(error["message"]))
    raise StoreRefused(words, [str(e["code"]) for e in errors if e.get("code")])
