"""Which catalog items the lines of a selection mean, and what they are worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from giftstream.events import Reason, SelectionLine
from giftstream.identity import item_identity
from giftstream.mongo import Document
from giftstream.reasons import reason

from campaign.refusals import invalid


@dataclass(frozen=True)
class Chosen:
    """How much a selection asks for; `value` in minor units of the store's currency."""

    items: int
    value: int


class Unclear(Exception):
    """A line names nothing that can be given."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why.code)
        self.why = why


def wanted(lines: Sequence[SelectionLine]) -> tuple[list[str], list[str]]:
    """The item ids and the SKUs to look for."""
    ids = [item_id for line in lines if (item_id := _item_id(line)) is not None]
    return ids, [line.sku for line in lines if line.sku is not None]


def choose_products(
    lines: Sequence[SelectionLine],
    offered: Sequence[Document],
    stores: Mapping[str, Document],
    preference: Sequence[str],
    country: str | None,
) -> Chosen:
    """What the lines come to. Refused with one reason for each line that cannot be given."""
    items = 0
    value = 0
    reasons = []
    for index, line in enumerate(lines):
        try:
            item = _item(line, offered, stores, preference, country)
        except Unclear as unclear:
            reasons.append(unclear.why.model_copy(update={"path": f"lines[{index}]"}))
            continue
        items += line.quantity
        value += item["retail_price"]["amount"] * line.quantity
    if reasons:
        raise invalid(reasons[0].code, "Not every line can be given.", reasons)
    return Chosen(items, value)


def _item_id(line: SelectionLine) -> str | None:
    if line.store_id is not None and line.variant_ref is not None:
        return item_identity(line.store_id, line.variant_ref)
    return line.item_id


def _item(
    line: SelectionLine,
    offered: Sequence[Document],
    stores: Mapping[str, Document],
    preference: Sequence[str],
    country: str | None,
) -> Document:
    item_id = _item_id(line)
    if item_id is None:
        item = _of_sku(
            [one for one in offered if one["sku"] == line.sku], stores, preference, country
        )
    else:
        named = [one for one in offered if one["_id"] == item_id]
        if not named:
            raise Unclear(reason("product_not_imported"))
        item = named[0]
    if item["status"] == "deleted":
        raise Unclear(reason("product_deleted"))
    if item["status"] != "active":
        raise Unclear(reason("variant_unavailable"))
    return item


def _of_sku(
    items: Sequence[Document],
    stores: Mapping[str, Document],
    preference: Sequence[str],
    country: str | None,
) -> Document:
    """A SKU is unique within a store; of several stores the country decides, then the order of
    the campaign's stores."""
    if not items:
        raise Unclear(reason("product_not_imported"))

    def rank(item: Document) -> tuple[bool, int]:
        sends_to = stores.get(item["store_id"], {}).get("countries", ())
        elsewhere = bool(country and sends_to and country not in sends_to)
        listed = item["store_id"] in preference
        return elsewhere, preference.index(item["store_id"]) if listed else len(preference)

    first = min(items, key=rank)
    if sum(one["store_id"] == first["store_id"] for one in items) > 1:
        raise Unclear(reason("ambiguous_product"))
    return first
