"""Right before placing: what has become of campaign, catalog, recipient and stock meanwhile."""

import time
from collections.abc import Mapping, Sequence

from giftstream.events import Reason, Recipient
from giftstream.mongo import Database, Document
from giftstream.reasons import reason

from order_placement.placing.gift_order import GiftOrder
from order_placement.rules.case import Case
from order_placement.rules.judging import holds
from order_placement.store import Stock

KEEP_S = 1.0
KEEP_MOST = 10_000

AT_PLACING = frozenset(
    {
        "campaign_not_gifting",
        "campaign_closed",
        "product_not_imported",
        "product_deleted",
        "variant_unavailable",
        "missing_email",
        "missing_address",
        "invalid_address",
        "missing_phone",
    }
)
"""The rules of intake that hold an order at placing too; the others were decided there."""


class LastLook:
    """The rules once more, on copies of others' facts that are at most a second old."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[tuple[str, str], tuple[float, Document | None]] = {}

    async def reasons(self, order: GiftOrder, recipient: Recipient) -> list[Reason]:
        """What holds this order now, without what a person decided to pass over."""
        document = order.document
        items = [one["item_id"] for one in document["lines"]]
        known = await self._known("catalog_items", items)
        known |= await self._known("campaigns", [document["campaign_id"]])
        known |= await self._known("stores", [order.store_id])
        case = Case(
            campaign=known["campaigns", document["campaign_id"]],
            store=known["stores", order.store_id],
            lines=document["lines"],
            recipient=recipient,
            country=document["country"],
            lookup=lambda collection, key: known.get((collection, key)),
        )
        return [
            one for one in holds(case) if one.code in AT_PLACING and one.code not in order.overrides
        ]

    async def _known(
        self, collection: str, ids: Sequence[str]
    ) -> dict[tuple[str, str], Document | None]:
        moment = time.monotonic()
        old = [
            one
            for one in ids
            if self._kept.get((collection, one), (0.0, None))[0] < moment - KEEP_S
        ]
        if old:
            if len(self._kept) > KEEP_MOST:
                self._kept.clear()
            cursor = self._database[collection].find({"_id": {"$in": old}})
            fresh = {one["_id"]: one async for one in cursor}
            self._kept.update({(collection, one): (moment, fresh.get(one)) for one in old})
        return {(collection, one): self._kept.get((collection, one), (0.0, None))[1] for one in ids}


def stock_reasons(order: GiftOrder, stock: Mapping[str, Stock]) -> list[Reason]:
    """What the store itself says of the lines, read live. Lines of one variant add up."""
    found, left = [], {ref: one.available for ref, one in stock.items()}
    for number, line in enumerate(order.document["lines"]):
        ref, path = line["variant_ref"], f"lines[{number}]"
        held = stock[ref]
        available = left[ref]
        if held.deleted:
            found.append(reason("product_deleted", path=path))
        elif not held.available_for_sale:
            found.append(reason("variant_unavailable", path=path))
        elif available is not None:
            left[ref] = available - line["quantity"]
            if available < line["quantity"]:
                found.append(_short(line["quantity"], max(available, 0), path))
    return [one for one in found if one.code not in order.overrides]


def _short(quantity: int, available: int, path: str) -> Reason:
    detail = f"The store has {available} of the {quantity} asked for. Restock it, edit the lines, "
    return reason("out_of_stock", detail + "or place it all the same with an override.", path)
