"""What a check of a store says, and that it says nothing of credentials that were replaced."""

from collections.abc import Mapping
from typing import Any

import pytest
from giftstream.failures import Transient
from giftstream.mongo import Document
from giftstream_platforms.failures import AccessLost, StoreUnreachable
from store_sync.check_store import CheckStore, Rhythm
from store_sync.look import Check
from store_sync.register_webhooks import Registered
from store_sync.store import Inspection

FINE = Inspection("Acme", "acme.myshopify.com", "EUR", ("read_orders",), ())
LOST = AccessLost("store_disconnected", "The store does not accept our access any more.")


class Kept:
    """One connection, its store, and the check of its webhooks; `meanwhile` is written by somebody
    else before our first write."""

    def __init__(self, says: Inspection | Exception, **meanwhile: Any) -> None:
        self.says, self.meanwhile = says, meanwhile
        self.connection: Document = {
            "_id": "s1", "version": 1, "status": "connected", "reasons": [], "currency": "EUR",
            "shop": "acme.myshopify.com", "secrets": {"access_token": b"old"}, "previous": None,
        }  # fmt: skip
        self.told: list[bool] = []

    def of(self, _: Document) -> "Kept":
        return self

    async def inspect(self) -> Inspection:
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    async def get(self, _: str) -> Document:
        return self.connection

    async def change(
        self, before: Document, fields: Mapping[str, Any], *, told: bool
    ) -> Document | None:
        if self.meanwhile:
            version = self.connection["version"] + 1
            self.connection = {**self.connection, **self.meanwhile, "version": version}
            self.meanwhile = {}
        if before["version"] != self.connection["version"]:
            return None
        self.told.append(told)
        self.connection = {**self.connection, **fields, "version": before["version"] + 1}
        return self.connection


async def registered(_: Any, __: Document) -> Registered:
    return Registered(Check("webhooks", True, "All are registered."))


def checking(kept: Kept) -> CheckStore:
    return CheckStore(kept, kept, registered, Rhythm(3600.0, 60.0))  # type: ignore[arg-type]  # as far as it asks them


async def test_a_store_that_lets_us_in_is_connected_and_nobody_is_told_what_they_know() -> None:
    kept = Kept(FINE)
    assert (await checking(kept)(kept.connection)).ok
    assert (kept.connection["status"], kept.told) == ("connected", [False])


async def test_a_store_that_shuts_us_out_needs_attention_and_all_are_told() -> None:
    kept = Kept(LOST)
    await checking(kept)(kept.connection)
    assert (kept.connection["status"], kept.told) == ("needs_attention", [True])
    assert [one["code"] for one in kept.connection["reasons"]] == ["store_disconnected"]


async def test_a_store_that_does_not_answer_keeps_its_status() -> None:
    kept = Kept(StoreUnreachable("no connection"))
    assert not (await checking(kept)(kept.connection)).ok
    assert (kept.connection["status"], kept.connection["reasons"]) == ("connected", [])
    assert kept.told == [False]


async def test_a_check_beside_a_harmless_change_is_noted_all_the_same() -> None:
    kept = Kept(LOST, checked_at=None)
    await checking(kept)(kept.connection)
    assert kept.connection["status"] == "needs_attention"


async def test_what_old_credentials_showed_says_nothing_of_the_new_ones() -> None:
    kept = Kept(LOST, secrets={"access_token": b"new"})
    with pytest.raises(Transient):
        await checking(kept)(kept.connection)
    assert kept.connection["status"] == "connected"
