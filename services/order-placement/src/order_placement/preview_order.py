"""Everything that a person must see before an order goes to the store, the stock live."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from giftstream.events import Reason, Recipient
from giftstream.failures import Transient
from giftstream.mongo import Collection, Database, Document
from giftstream.reasons import reason
from giftstream.sealing import Sealing
from giftstream_platforms.failures import AccessLost, StoreRefused

from order_placement.recipients import open_recipient
from order_placement.rules.case import Case
from order_placement.rules.recipient_rules import phone_is_there
from order_placement.store import Stock, Stores

STOCK_DEADLINE_S = 8.0
UNASKED_PHONE = (
    "The recipient has no phone number that could be dialled. The store asks for none, so the "
    "order can be placed; a carrier may want one."
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What was found. `stock` has nothing of a variant that the store could not be asked for."""

    recipient: Recipient
    store: Document | None
    stock: Mapping[str, Stock]
    shipping_method: str | None
    warnings: tuple[Reason, ...]


class PreviewOrder:
    """Reads the store, changes nothing. A store that does not answer is a warning."""

    def __init__(self, database: Database, stores: Stores, sealing: Sealing) -> None:
        self._stores_known: Collection = database["stores"]
        self._stores = stores
        self._sealing = sealing

    async def __call__(self, order: Document) -> Preview:
        """For one order, wherever it stands."""
        recipient = open_recipient(self._sealing, order)
        store = await self._stores_known.find_one({"_id": order["store_id"]})
        stock, troubles = await self._stock(order)
        warnings = (*troubles, *_short(order, stock), *_phone(order, recipient, store))
        return Preview(recipient, store, stock, _method(order, store), warnings)

    async def _stock(self, order: Document) -> tuple[Mapping[str, Stock], Sequence[Reason]]:
        refs = sorted({one["variant_ref"] for one in order["lines"] if one["product_ref"]})
        if order["store_id"] is None or not refs:
            return {}, ()
        try:
            async with asyncio.timeout(STOCK_DEADLINE_S):
                store = await self._stores.of(order["store_id"])
                return await store.stock(refs), ()
        except AccessLost as lost:
            return {}, (reason(lost.code, lost.detail),)  # type: ignore[arg-type]  # one of three codes
        except (Transient, TimeoutError, StoreRefused):
            detail = "The store does not answer now, so its stock is not known."
            return {}, (reason("store_unreachable", detail),)


def _method(order: Document, store: Document | None) -> str | None:
    if order["shipping_method"] or not order["needs_shipping"] or store is None:
        chosen: str | None = order["shipping_method"]
        return chosen
    shipping = store["shipping"]
    method: str | None = shipping["by_country"].get(order["country"]) or shipping["default"]
    return method


def _short(order: Document, stock: Mapping[str, Stock]) -> list[Reason]:
    found: list[Reason] = []
    left = {ref: one.available for ref, one in stock.items()}
    for number, line in enumerate(order["lines"]):
        held, path = stock.get(line["variant_ref"]), f"lines[{number}]"
        if held is None:
            continue
        if held.deleted:
            found.append(reason("product_deleted", path=path))
        elif not held.available_for_sale:
            found.append(reason("variant_unavailable", path=path))
        elif (available := left[line["variant_ref"]]) is not None:
            left[line["variant_ref"]] = available - line["quantity"]
            if available < line["quantity"]:
                found.append(reason("out_of_stock", path=path))
    return found


def _phone(order: Document, recipient: Recipient, store: Document | None) -> list[Reason]:
    if not order["needs_shipping"]:
        return []
    case = Case(None, store, order["lines"], recipient, order["country"], lambda *_: None)
    found = list(phone_is_there(case))
    if store is not None and not store["requires_phone"]:
        return [reason("missing_phone", UNASKED_PHONE, one.path) for one in found]
    return found
