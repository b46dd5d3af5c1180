"""The connections that webhooks may come for, in memory: the edge asks nobody while it answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from giftstream.clock import now
from giftstream.logs import log
from giftstream.mongo import Document
from giftstream.sealing import SealBroken, Sealing

from store_sync.connections import Connections

# Writers' clocks may differ by so much: what changed a little before is read again.
OVERLAP = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Hook:
    """One connection's webhooks: the secrets that may have signed them, the newest first."""

    store_id: str
    brand_id: str
    secrets: tuple[str, ...]
    old_until: datetime | None = None
    shop: str = ""

    def valid_secrets(self) -> tuple[str, ...]:
        """Those that hold now: a replaced one does for a while."""
        if self.old_until is None or now() < self.old_until:
            return self.secrets
        return self.secrets[:1]


class HookRing:
    """Hooks by the hash of their path token; refreshed every few seconds with what changed."""

    def __init__(self, connections: Connections, sealing: Sealing) -> None:
        self._connections = connections
        self._sealing = sealing
        self._hooks: dict[str, Hook] = {}
        self._hash_of: dict[str, str] = {}
        self._of_shop: dict[str, dict[str, Hook]] = {}
        self._newest: datetime | None = None

    def find(self, token_hash: str) -> Hook | None:
        """The connection that this token belongs to."""
        return self._hooks.get(token_hash)

    def of_shop(self, shop: str) -> tuple[Hook, ...]:
        """The connections of a shop, by its own domain: one for each brand that has it."""
        return tuple(self._of_shop.get(shop, {}).values())

    async def refresh(self) -> None:
        """Take in what changed since the last time."""
        since = None if self._newest is None else self._newest - OVERLAP
        async for connection in self._connections.changed_since(since):
            self._take(connection)
            changed_at = connection["changed_at"]
            self._newest = max(changed_at, self._newest or changed_at)

    def _take(self, connection: Document) -> None:
        store_id = connection["_id"]
        before = self._hash_of.pop(store_id, None)
        if before is not None:
            self._forget(store_id, self._hooks.pop(before))
        if connection["hook_hash"] is None:
            return
        try:
            hook = self._hook(connection)
        except SealBroken:
            log.error("hook.secret_broken", store_id=store_id)
            return
        self._hooks[connection["hook_hash"]] = hook
        self._hash_of[store_id] = connection["hook_hash"]
        self._of_shop.setdefault(hook.shop, {})[store_id] = hook

    def _forget(self, store_id: str, hook: Hook) -> None:
        same_shop = self._of_shop[hook.shop]
        del same_shop[store_id]
        if not same_shop:
            del self._of_shop[hook.shop]

    def _hook(self, connection: Document) -> Hook:
        sealed = [connection["secrets"]["webhook_secret"]]
        previous = connection.get("previous")
        if previous:
            sealed.append(previous["secret"])
        secrets = tuple(
            self._sealing.open(
                one,
                brand=connection["brand_id"],
                document=connection["_id"],
                field="webhook_secret",
            ).decode()
            for one in sealed
        )
        until = previous["until"] if previous else None
        shop = connection["shop"].lower()
        return Hook(connection["_id"], connection["brand_id"], secrets, until, shop)
