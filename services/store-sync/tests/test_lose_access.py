"""A refused call loses the store once, and only where the credentials are still the store's."""

from collections.abc import Mapping
from typing import Any

from giftstream.mongo import Document
from giftstream_platforms.failures import AccessLost
from store_sync.lose_access import LoseAccess

REFUSED = AccessLost("store_disconnected", "The store does not accept our access any more.")


class Kept:
    """One connection in memory, its store cache and outbox."""

    def __init__(self, connection: Document) -> None:
        self.connection = connection
        self.forgotten: list[str] = []
        self.told = 0

    async def get(self, store_id: str) -> Document:
        return self.connection

    async def change(self, before: Document, fields: Mapping[str, Any]) -> Document | None:
        if before["version"] != self.connection["version"]:
            return None
        self.connection = {**self.connection, **fields, "version": before["version"] + 1}
        return self.connection

    def forget(self, store_id: str) -> None:
        self.forgotten.append(store_id)

    async def flush(self, collection: str, ids: list[str]) -> None:
        self.told += 1


def connection(token: bytes) -> Document:
    return {"_id": "s1", "version": 1, "status": "connected", "secrets": {"access_token": token}}


def losing(kept: Kept) -> LoseAccess:
    return LoseAccess(kept, kept, kept)  # type: ignore[arg-type]  # as far as it asks them


async def test_a_refused_token_loses_the_store_once() -> None:
    kept = Kept(connection(b"one"))
    used = dict(kept.connection)
    for _ in range(3):
        await losing(kept)(used, REFUSED)
    assert kept.connection["status"] == "needs_attention"
    assert [one["code"] for one in kept.connection["reasons"]] == ["store_disconnected"]
    assert kept.told == 1


async def test_a_late_refusal_of_an_old_token_says_nothing_of_the_new_one() -> None:
    kept = Kept(connection(b"two"))
    await losing(kept)(connection(b"one"), REFUSED)
    assert kept.connection["status"] == "connected"
    # The next call is made with what is known now.
    assert kept.forgotten == ["s1"]
    assert kept.told == 0
