"""Which store gets which line. Decided once per selection, then frozen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from giftstream.events import Reason, SelectionLine
from giftstream.identity import item_identity
from giftstream.mongo import Document
from giftstream.reasons import reason

from order_placement.rules.case import Lookup

BySku = Callable[[str, str], Sequence[Document]]
"""(store_id, sku) to the catalog items of that store with that SKU."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """What routing may look at: the campaign, and others' facts by id and by SKU."""

    brand_id: str
    campaign: Document | None
    lookup: Lookup
    by_sku: BySku

    def offered(self, item: Document | None) -> bool:
        """Whether it is this brand's, and in this campaign's catalog."""
        return (
            item is not None
            and self.campaign is not None
            and item["brand_id"] == self.brand_id
            and self.campaign["_id"] in item["campaigns"]
        )

    def serves(self, store_id: str, country: str) -> bool:
        """Whether the store sends there; one that names no countries sends everywhere."""
        store = self.lookup("stores", store_id)
        return store is not None and (not store["countries"] or country in store["countries"])


@dataclass(slots=True)
class Part:
    """The lines of one order; `store_id` None for those that no store could be found for."""

    store_id: str | None
    lines: list[Document] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Route:
    """A part with all that follows from it, whoever gets it: fields of the order, and reasons."""

    store_id: str | None
    lines: list[Document]
    fields: dict[str, Any]
    reasons: tuple[Reason, ...]


def route(lines: Sequence[SelectionLine], country: str | None, catalog: Catalog) -> list[Part]:
    """One part per store, in the order of first lines; lines without a store are one part."""
    parts: dict[str | None, Part] = {}
    for number, line in enumerate(lines):
        found = _resolve(line, country, catalog)
        item = found if isinstance(found, dict) else None
        store_id = item["store_id"] if item else None
        part = parts.setdefault(store_id, Part(store_id))
        part.lines.append(order_line(line, item))
        if isinstance(found, str):
            part.reasons.append(reason(found, path=f"lines[{number}]"))  # type: ignore[arg-type]  # one of the four codes below
    return list(parts.values())


def order_line(line: SelectionLine, item: Document | None) -> Document:
    """A line as the order has it; unresolved it echoes what was submitted, the rest is None."""
    submitted = {k: v for k, v in line.__dict__.items() if v is not None}
    if item is None:
        return {
            "item_id": line.item_id,
            "product_ref": None,
            "variant_ref": line.variant_ref,
            "sku": line.sku,
            "title": None,
            "quantity": line.quantity,
            "retail_price": None,
            "unit_cost": None,
            "requires_shipping": None,
            "submitted": submitted,
        }
    return {
        "item_id": item["_id"],
        "product_ref": item["product_ref"],
        "variant_ref": item["variant_ref"],
        "sku": item["sku"],
        "title": item["title"],
        "quantity": line.quantity,
        "retail_price": item["retail_price"],
        "unit_cost": item["unit_cost"],
        "requires_shipping": item["requires_shipping"],
        "submitted": submitted,
    }


def _resolve(line: SelectionLine, country: str | None, catalog: Catalog) -> Document | str | None:
    """The item; or why there is none; or None while the address, missing, would decide."""
    if line.sku is not None:
        return _by_sku(line.sku, country, catalog)
    item_id = line.item_id or item_identity(line.store_id or "", line.variant_ref or "")
    item = catalog.lookup("catalog_items", item_id)
    return item if item is not None and catalog.offered(item) else "product_not_imported"


def _by_sku(sku: str, country: str | None, catalog: Catalog) -> Document | str | None:
    stores: Sequence[str] = catalog.campaign["stores"] if catalog.campaign else ()
    found = {s: [i for i in catalog.by_sku(s, sku) if catalog.offered(i)] for s in stores}
    candidates = [items for items in found.values() if items]
    if not candidates:
        return "product_not_imported"
    chosen = _choose(candidates, country, catalog)
    if isinstance(chosen, list):
        return chosen[0] if len(chosen) == 1 else "ambiguous_product"
    return chosen


def _choose(
    candidates: list[list[Document]], country: str | None, catalog: Catalog
) -> list[Document] | str | None:
    if not any(item["requires_shipping"] for items in candidates for item in items):
        return candidates[0]
    if country is None:
        # Several stores have it and the country decides: held for the address until it is known.
        return candidates[0] if len(candidates) == 1 else None
    for items in candidates:
        if catalog.serves(items[0]["store_id"], country):
            return items
    # A store must be named for the order to be seen at; none is, since none may send it.
    return "no_store_for_country"


def totals(part_lines: Sequence[Document], name: str) -> dict[str, Any] | None:
    """The sum of `retail_price` or `unit_cost` over lines: one currency, all known, else None."""
    amount, currency = 0, None
    for line in part_lines:
        money = line[name]
        if money is None or currency not in (None, money["currency"]):
            return None
        currency = money["currency"]
        amount += money["amount"] * line["quantity"]
    return None if currency is None else {"amount": amount, "currency": currency}
