"""One store, its gift orders, and workers that may be stopped at any crash point."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from collection_in_memory import CollectionInMemory
from giftstream.clock import now
from giftstream.events import Recipient
from giftstream.sealing import Sealing
from order_placement.intake.documents import unplaced
from order_placement.placing.gift_order import GiftOrder
from order_placement.placing.last_look import LastLook
from order_placement.placing.lease import Lease
from order_placement.placing.limits import Limits
from order_placement.placing.place_order import PlaceOrder
from order_placement.placing.placements import Placements
from order_placement.placing.sweep_orphans import SweepOrphans
from order_placement.placing.work import Ending
from order_placement.recipients import seal_recipient
from order_placement.store import StoreProfile, mark_of
from store_in_memory import StoreInMemory

Document = dict[str, Any]
STORE, BRAND, CAMPAIGN = "store-es", "acme", "spring"
SEALING = Sealing({"test": b"k" * 32})
AT_ONCE = Limits(
    lease_s=3600.0, renew_s=0.0, store_deadline_s=0.0, settle_s=0.0,
    shortest_pause_s=0.0, longest_pause_s=0.0, sweep_after_s=0.0,
)  # fmt: skip
PROFILE = StoreProfile(STORE, "shopify", "connected", 1, "EUR", "gift", False, "Standard", {})
ANA = {
    "name": "Ana García", "email": "ana@example.com", "phone": "+34612345678",
    "address": {"line1": "Calle Mayor 1", "city": "Madrid", "postcode": "28013", "country": "ES"},
}  # fmt: skip


class Stopped(BaseException):
    """The worker died here, as by SIGKILL: nothing of it runs any further."""


def line(variant_ref: str = "812", quantity: int = 1, **changed: Any) -> Document:
    price = {"amount": 2490, "currency": "EUR"}
    return {
        "item_id": f"item-{variant_ref}", "product_ref": "1", "variant_ref": variant_ref,
        "sku": None, "title": "Tee", "quantity": quantity, "retail_price": price,
        "unit_cost": None, "requires_shipping": True, "submitted": {},
    } | changed  # fmt: skip


def approved_order(order_id: str | None = None, **changed: Any) -> Document:
    """As intake leaves it: approved and due."""
    order_id = order_id or str(uuid.uuid4())
    recipient = Recipient.model_validate(changed.pop("recipient", ANA))
    value = {"amount": 2490, "currency": "EUR"}
    return {
        "_id": order_id, "version": 1, "outbox": [], "sequence": 1, "brand_id": BRAND,
        "campaign_id": CAMPAIGN, "creator_id": "cr-1", "selection_id": "sel-1", "selection": "s",
        "part": 1, "reference": None, "replaces": None, "status": "approved", "reasons": [],
        "signed": True, "approved": None, "store_id": STORE, "platform": "shopify",
        "lines": [line()], "recipient": seal_recipient(SEALING, BRAND, order_id, recipient),
        "country": "ES", "needs_shipping": True, "shipping_method": None,
        "charged": {"amount": 0, "currency": "EUR"}, "retail_value": value, "cost": None,
        "store_order": None, "store_status": None, "observation": 0, "shipments": [],
        "returned_lines": [], "submitted_at": now(), "created_at": now(), "changed_at": now(),
        "placed_at": None, "delivered_at": None, "verified_at": None,
        "placing": unplaced(), "due_at": now(),
    } | changed  # fmt: skip


def facts() -> dict[str, list[Document]]:
    """What the last look looks at."""
    item = {"campaigns": [CAMPAIGN], "status": "active"}
    return {
        "campaigns": [{"_id": CAMPAIGN, "type": "gifting", "status": "published", "countries": []}],
        "catalog_items": [{"_id": f"item-{ref}", **item} for ref in ("812", "813")],
        "stores": [{"_id": STORE, "countries": [], "requires_phone": False}],
    }


class DatabaseInMemory(dict[str, CollectionInMemory]):
    def __missing__(self, name: str) -> CollectionInMemory:
        return self.setdefault(name, CollectionInMemory())


def database_with_facts() -> DatabaseInMemory:
    database = DatabaseInMemory()
    for name, documents in facts().items():
        database[name].documents = {one["_id"]: one for one in documents}
    return database


@dataclass
class World:
    """`stop_at` is a crash point and the pass at which the next worker dies there."""

    database: Any = field(default_factory=database_with_facts)
    store: StoreInMemory = field(default_factory=StoreInMemory)
    limits: Limits = AT_ONCE
    profile: StoreProfile = PROFILE
    epoch: int = 1
    stop_at: str | None = None
    published: list[GiftOrder] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.placements = Placements(self.database)

    async def add(self, **changed: Any) -> str:
        order = approved_order(**changed)
        await self.database["orders"].insert_one(order)
        return str(order["_id"])

    async def order(self, order_id: str) -> GiftOrder:
        found = await self.placements.find(order_id)
        assert found is not None
        return found

    def worker(self, crash: Callable[[str], None] | None = None) -> PlaceOrder:
        look = LastLook(self.database)
        return PlaceOrder(
            self.placements, look, SEALING, self._publish, self.limits, crash or self._crash
        )

    def lease(self) -> Lease:
        return Lease(STORE, self.epoch, self.limits.lease_s, time.monotonic())

    def sweep(self) -> SweepOrphans:
        return SweepOrphans(None, self.placements, self, self.limits, self._crash)  # type: ignore[arg-type]  # one store is swept by hand

    async def of(self, _: str) -> StoreInMemory:
        return self.store

    async def once(self, order_id: str) -> Ending | None:
        """One worker takes the order, if it is due; None when it was stopped, and its lane is
        another's from then on."""
        due = await self.placements.due(STORE, now(), limit=10)
        mine = [one for one in due if one.id == order_id]
        if not mine:
            return Ending.LOST
        try:
            return await self.worker()(mine[0], self.lease(), self.store, self.profile)
        except Stopped:
            self.epoch += 1
            return None

    async def until_settled(self, order_id: str, rounds: int = 20) -> GiftOrder:
        """Workers come back until nothing is due any more."""
        for _ in range(rounds):
            if await self.once(order_id) is Ending.LOST:
                return await self.order(order_id)
        raise AssertionError(f"not settled: {(await self.order(order_id)).document}")

    def live(self, order_id: str) -> list[str]:
        return self.store.live(mark_of(order_id))

    def open(self, order_id: str) -> list[str]:
        return self.store.open(mark_of(order_id))

    def _crash(self, point: str) -> None:
        self.passed.append(point)
        if self.stop_at == point:
            self.stop_at = None
            raise Stopped(point)

    async def _publish(self, order: GiftOrder) -> None:
        self.published.append(order)


def codes(order: GiftOrder) -> list[str]:
    return [one["code"] for one in order.document["reasons"]]
