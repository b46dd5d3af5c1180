"""API keys `gs_<prefix>_<secret>`: shown once, kept as the prefix and a SHA-256 of the whole."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from giftstream.clock import now

_PREFIX = re.compile(r"[A-Za-z0-9-]{4,64}")
_KEY = re.compile(r"gs_([A-Za-z0-9-]{4,64})_[A-Za-z0-9_-]{20,200}")


class NewKey(NamedTuple):
    """`key` is for its owner's eyes; `prefix` and `sha256` (hex) are what is kept."""

    key: str
    prefix: str
    sha256: str


@dataclass(frozen=True)
class StoredKey:
    """A brand's key as it is kept."""

    brand_id: str
    prefix: str
    sha256: str
    scopes: frozenset[str]
    expires_at: datetime | None = None


FindKey = Callable[[str], Awaitable[StoredKey | None]]
"""The key that begins with this prefix, from wherever the service keeps it."""


def new_key(prefix: str) -> NewKey:
    """A key of 256 random bits under a prefix that its owner recognises it by."""
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("a prefix is 4-64 letters, digits and hyphens")
    key = f"gs_{prefix}_{secrets.token_urlsafe(32)}"
    return NewKey(key, prefix, digest(key))


def new_api_key() -> NewKey:
    """The same under a random prefix."""
    return new_key(secrets.token_hex(6))


def digest(key: str) -> str:
    """What of a key is kept. A plain hash will do: nobody guesses 256 random bits."""
    return hashlib.sha256(key.encode()).hexdigest()


def prefix_of(key: str) -> str | None:
    """The prefix; None when this is no key of ours."""
    found = _KEY.fullmatch(key)
    return found[1] if found else None


def opens(given: str, stored: StoredKey) -> bool:
    """Whether the key given is the one kept, and has not expired."""
    same = hmac.compare_digest(digest(given).encode(), stored.sha256.encode())
    return same and (stored.expires_at is None or now() < stored.expires_at)
