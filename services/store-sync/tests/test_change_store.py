"""An edit holds against checks that run beside it, and is stale against what people did."""

from collections.abc import Mapping
from typing import Any

import pytest
from giftstream.failures import Transient
from giftstream.http.problems import Problem
from giftstream.mongo import Document
from giftstream.sealing import Sealing
from pydantic import SecretStr
from store_sync.change_store import ChangeStore, Edit
from store_sync.secrets_of import Secrets

SECRETS = Secrets(Sealing({"k": b"x" * 32}))


class Kept:
    """One connection that somebody else writes before each of our first writes."""

    def __init__(self, *meanwhile: Mapping[str, Any]) -> None:
        sealed = SECRETS.seal("b1", "s1", "webhook_secret", SecretStr("old"))
        self.connection: Document = {
            "_id": "s1",
            "brand_id": "b1",
            "version": 1,
            "revision": 1,
            "secrets": {"access_token": b"t", "webhook_secret": sealed, "hook_token": b"h"},
            "previous": None,
        }
        self.meanwhile = list(meanwhile)

    async def get(self, store_id: str) -> Document | None:
        return self.connection

    async def change(self, before: Document, fields: Mapping[str, Any]) -> Document | None:
        if self.meanwhile:
            version = self.connection["version"] + 1
            self.connection = {**self.connection, **self.meanwhile.pop(0), "version": version}
        if before["version"] != self.connection["version"]:
            return None
        self.connection = {
            **self.connection,
            **fields,
            "version": before["version"] + 1,
            "revision": before["revision"] + 1,
        }
        return self.connection


def change(kept: Kept) -> ChangeStore:
    return ChangeStore(kept, None, SECRETS, old_secret_holds_s=60.0)  # type: ignore[arg-type]  # as far as it asks them


async def test_a_check_beside_an_edit_makes_it_neither_stale_nor_undone() -> None:
    kept = Kept({"checked_at": 1}, {"checked_at": 2, "webhooks_at": 2})
    edit = Edit({"label": "gift"}, webhook_secret=SecretStr("new"))
    changed = await change(kept)(kept.connection, edit)
    assert (changed["label"], changed["checked_at"], changed["webhooks_at"]) == ("gift", 2, 2)
    assert changed["previous"] is not None
    secret = SECRETS.open(changed, "webhook_secret")
    assert secret is not None
    assert secret.get_secret_value() == "new"


async def test_what_somebody_else_changed_is_not_overwritten() -> None:
    kept = Kept({"label": "theirs", "revision": 2})
    with pytest.raises(Problem) as stale:
        await change(kept)(kept.connection, Edit({"label": "ours"}))
    assert (stale.value.status, stale.value.code) == (412, "stale")
    assert kept.connection["label"] == "theirs"


async def test_an_edit_that_never_gets_through_is_to_be_tried_again() -> None:
    kept = Kept(*({"checked_at": number} for number in range(9)))
    with pytest.raises(Transient):
        await change(kept)(kept.connection, Edit({"label": "ours"}))
