"""Which connections a webhook may come for, as they are changed, moved and ended."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from giftstream.clock import now
from giftstream.mongo import Document
from giftstream.sealing import Sealing
from pydantic import SecretStr
from store_sync.hook_ring import HookRing
from store_sync.secrets_of import Secrets, hook_hash

SHOP = "acme.myshopify.com"
SEALING = Sealing({"k": b"x" * 32})


class Kept:
    """Connections in memory."""

    def __init__(self) -> None:
        self.secrets = Secrets(SEALING)
        self.connections: dict[str, Document] = {}

    def put(self, store_id: str, secret: str, **changes: object) -> None:
        sealed = self.secrets.seal("b1", store_id, "webhook_secret", SecretStr(secret))
        self.connections[store_id] = {
            "_id": store_id,
            "brand_id": "b1",
            "shop": "Acme.myshopify.com",
            "hook_hash": hook_hash(store_id),
            "secrets": {"webhook_secret": sealed},
            "previous": None,
            "changed_at": now(),
            **changes,
        }

    async def changed_since(self, moment: datetime | None) -> AsyncIterator[Document]:
        for one in self.connections.values():
            yield one


async def test_a_shops_connections_are_found_by_its_domain_until_they_end() -> None:
    kept = Kept()
    ring = HookRing(kept, SEALING)  # type: ignore[arg-type]  # as far as the ring asks it
    assert ring.of_shop(SHOP) == ()
    kept.put("s1", "one")
    kept.put("s2", "two")
    await ring.refresh()
    await ring.refresh()
    assert {one.store_id for one in ring.of_shop(SHOP)} == {"s1", "s2"}
    kept.put("s1", "one", hook_hash=None)
    await ring.refresh()
    assert [one.store_id for one in ring.of_shop(SHOP)] == ["s2"]
    assert ring.find(hook_hash("s1")) is None
    kept.put("s2", "two", shop="moved.myshopify.com")
    await ring.refresh()
    assert ring.of_shop(SHOP) == ()
    assert [one.store_id for one in ring.of_shop("moved.myshopify.com")] == ["s2"]


async def test_a_replaced_secret_holds_until_its_time_is_over() -> None:
    kept = Kept()
    ring = HookRing(kept, SEALING)  # type: ignore[arg-type]  # as far as the ring asks it
    old = kept.secrets.seal("b1", "s1", "webhook_secret", SecretStr("old"))
    for pause, valid in ((60, ("new", "old")), (-1, ("new",))):
        kept.put("s1", "new", previous={"secret": old, "until": now() + timedelta(seconds=pause)})
        await ring.refresh()
        hook = ring.find(hook_hash("s1"))
        assert hook is not None
        assert hook.valid_secrets() == valid
