"""What a mail may speak of, all of it safe to print: values for lines, rows for blocks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from giftstream.mongo import Document
from giftstream.reasons import REASONS

from notification.mails.creator_reasons import creator_reason
from notification.mails.kinds import Kind
from notification.mails.plain import link, plain

Row = Mapping[str, Any]
MOST_SAID = 1000
"""What a person gives as the reason may be a few sentences."""


@dataclass(frozen=True, slots=True)
class Words:
    """`lines` by placeholder, and the rows of each block."""

    lines: dict[str, str]
    blocks: dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Names:
    """Who and what the mail names."""

    brand: str
    store: str | None = None
    person: str | None = None
    console_url: str | None = None


def words_of(kind: Kind, subject: Document, names: Names) -> Words:
    """The words of a mail of this kind about an order, a store, or refused selections."""
    person = plain(names.person)
    words = _WORDS[kind.about](kind, subject, names)
    words.lines["brand"] = plain(names.brand)
    words.lines["name"] = person or "there"
    words.lines["greeting"] = f"Hello {person}," if person else "Hello,"
    return words


def _order(kind: Kind, order: Document, names: Names) -> Words:
    order_id = plain(order["_id"])
    reference = plain(order["reference"])
    store_order = order["store_order"] or {}
    number = plain(store_order.get("number")) or plain(store_order.get("id"))
    store = plain(names.store)
    lines = {
        "order": reference or order_id,
        "order_id": order_id,
        "selection_id": plain(order["selection_id"]),
        "store": store or "the store",
        "store_order": number,
    }
    details = [
        ("Order", order_id),
        ("Selection", lines["selection_id"]),
        ("Reference", reference),
        ("Store", store),
        ("Order in the store", number),
    ]
    url = names.console_url and f"{names.console_url.rstrip('/')}/orders/{order_id}"
    reasons = [said for one in order["reasons"] if (said := _reason(kind, one))["sentence"]]
    return Words(
        lines,
        {
            "products": [_product(line) for line in order["lines"]],
            "parcels": _parcels(order),
            "reasons": [dict(one) for one in dict.fromkeys(tuple(r.items()) for r in reasons)],
            "details": [{"label": label, "value": value} for label, value in details if value],
            "open": [{"url": url, "order_id": order_id}],
        },
    )


def _store(_: Kind, store: Document, names: Names) -> Words:
    lines = {"store": plain(names.store) or "a store", "store_id": plain(store["_id"])}
    # The detail is the fact here (which permission is missing), the sentence is the same for all.
    reasons: list[Row] = [{"sentence": _said(one), "detail": None} for one in store["reasons"]]
    return Words(lines, {"reasons": reasons})


def _refusals(kind: Kind, message: Document, _: Names) -> Words:
    rows: list[Row] = [
        {
            "selection_id": plain(one["selection_id"]) or "a selection without an id",
            "reference": plain(one["reference"]) or None,
            "reasons": [_reason(kind, reason) for reason in one["reasons"]],
        }
        for one in message["items"]
    ]
    if message["more"]:
        rows.append({"selection_id": None, "reference": None, "reasons": []})
    return Words({}, {"refusals": rows})


_WORDS: dict[str, Callable[[Kind, Document, Names], Words]] = {
    "order": _order,
    "store": _store,
    "refusals": _refusals,
}


def _product(line: Mapping[str, Any]) -> Row:
    title = plain(line["title"]) or plain(line["sku"]) or "a gift"
    return {"quantity": line["quantity"], "title": title}


def _parcels(order: Document) -> list[Row]:
    parcels = [one for one in order["shipments"] if one["status"] != "cancelled"]
    insides = [_inside(parcel, order) for parcel in parcels]
    if len(parcels) == 1 and sum(row["quantity"] for row in insides[0]) == _pieces(order):
        insides = [[]]  # one parcel with everything: the products are named already
    return [_parcel(one, rows) for one, rows in zip(parcels, insides, strict=True)]


def _parcel(parcel: Mapping[str, Any], inside: list[Row]) -> Row:
    number, carrier = plain(parcel["tracking_number"]), plain(parcel["carrier"])
    label = f"{carrier or 'Tracking number'} {number}" if number else carrier
    return {
        "label": label or "On its way, without a tracking number",
        "url": link(parcel["tracking_url"]),
        "rows": inside,
    }


def _inside(parcel: Mapping[str, Any], order: Document) -> list[Row]:
    named = {line.get("variant_ref"): _product(line) for line in order["lines"]}
    return [
        {**named[one["variant_ref"]], "quantity": one["quantity"]}
        for one in parcel.get("lines", [])
        if one["variant_ref"] in named
    ]


def _pieces(order: Document) -> int:
    return sum(line["quantity"] for line in order["lines"])


def _said(reason: Document) -> str:
    known = REASONS.get(reason["code"])
    return plain(reason["detail"]) or (known.sentence if known else plain(reason["code"]))


def _reason(kind: Kind, reason: Document) -> dict[str, Any]:
    """To creators what it means for them; to brands what to do, and the detail beyond that."""
    if kind.audience == "creator":
        said = creator_reason(reason["code"], plain(reason["detail"], MOST_SAID))
        return {"sentence": said, "detail": None}
    known = REASONS.get(reason["code"])
    detail = plain(reason["detail"], MOST_SAID)
    sentence = known.sentence if known else detail or plain(reason["code"])
    path = plain(reason.get("path"))
    # Where somebody's words come after the sentence, only they are beyond it.
    detail = detail.removeprefix(sentence).strip()
    beyond = f"{path}: {detail}" if path and detail else path or detail
    return {"sentence": sentence, "detail": beyond or None}
