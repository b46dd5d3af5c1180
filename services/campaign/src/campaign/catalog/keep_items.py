"""Brings catalog items to what a store says, writing and telling only what differs."""

from collections.abc import Callable, Mapping, Sequence

from giftstream.clock import now
from giftstream.delivery import Transient
from giftstream.identity import item_identity
from giftstream.mongo import Document, InsertOne, UpdateOne, WriteOperation
from giftstream.outbox import outbox_room, state_entry

from campaign.announcing import Announce
from campaign.catalog.items import CHANGED, ITEMS, Items
from campaign.catalog.store_catalog import Variant

ROUNDS = 8
Wanted = Mapping[str, Document]
Want = Callable[[Mapping[str, Document]], Wanted]


def item_fields(brand_id: str, store_id: str, variant: Variant) -> Document:
    """What the store says of an item, as it is stored; the campaigns are ours alone."""
    cost = variant.unit_cost
    return {
        "brand_id": brand_id,
        "store_id": store_id,
        "product_ref": variant.product_ref,
        "variant_ref": variant.variant_ref,
        "sku": variant.sku,
        "title": variant.title,
        "variant_title": variant.variant_title,
        "image_url": variant.image_url,
        "retail_price": variant.retail_price.model_dump(),
        "unit_cost": None if cost is None else cost.model_dump(),
        "requires_shipping": variant.requires_shipping,
        "status": "active" if variant.obstacle is None else "unavailable",
    }


def offered_in(
    variants: Sequence[Variant],
    stored: Mapping[str, Document],
    *,
    brand_id: str,
    store_id: str,
    campaigns: Callable[[Document | None], Sequence[str]],
) -> dict[str, Document]:
    """The items as they shall be. `campaigns` says who offers an item, given how it is stored.

    What cannot be a gift becomes no item; where it is one already, it is marked unavailable.
    """
    wanted = {}
    for variant in variants:
        item_id = item_identity(store_id, variant.variant_ref)
        before = stored.get(item_id)
        if variant.obstacle is not None and before is None:
            continue
        offering = before["campaigns"] if variant.obstacle and before else campaigns(before)
        fields = item_fields(brand_id, store_id, variant)
        wanted[item_id] = {**fields, "campaigns": list(offering)}
    return wanted


class KeepItems:
    """Writes what differs, in bulk, and tells of it."""

    def __init__(self, items: Items, outbox: Announce) -> None:
        self._items = items
        self._outbox = outbox

    async def __call__(self, item_ids: Sequence[str], want: Want) -> int:
        """Make these items as `want` says, given how they are stored; returns how many differed.

        `want` runs again when somebody else wrote an item meanwhile. Raises Transient when that
        does not end, or an item's events cannot be published.
        """
        changed: set[str] = set()
        for _ in range(ROUNDS):
            stored = await self._items.named(item_ids)
            writes = _differences(stored, want(stored))
            if not writes:
                return len(changed)
            await self._items.write(list(writes.values()))
            changed |= writes.keys()
            await self._outbox.flush_soon(ITEMS, list(writes))
        raise Transient("catalog items are being written by others all the time")


def _differences(stored: Mapping[str, Document], wanted: Wanted) -> dict[str, WriteOperation]:
    writes: dict[str, WriteOperation] = {}
    for item_id, fields in wanted.items():
        before = stored.get(item_id)
        if before is None:
            writes[item_id] = _insert(item_id, fields)
        elif any(before[name] != value for name, value in fields.items()):
            writes[item_id] = _update(before, fields)
    return writes


def _insert(item_id: str, fields: Document) -> InsertOne[Document]:
    return InsertOne(
        {
            **fields,
            "_id": item_id,
            "version": 1,
            "changed_at": now(),
            "outbox": [state_entry(CHANGED)],
        }
    )


def _update(before: Document, fields: Document) -> UpdateOne:
    return UpdateOne(
        {"_id": before["_id"], "version": before["version"], **outbox_room()},
        {
            "$set": {**fields, "changed_at": now()},
            "$inc": {"version": 1},
            "$push": {"outbox": state_entry(CHANGED)},
        },
    )
