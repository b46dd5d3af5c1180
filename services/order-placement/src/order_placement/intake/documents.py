"""What intake stores: the selection with its frozen plan, its orders, refusals, waits."""

from collections.abc import Mapping, Sequence
from typing import Any

from giftstream.events import Recipient
from giftstream.identity import order_identity
from giftstream.mongo import Document

from order_placement.countries import iso2
from order_placement.intake.facts import IntakeFacts
from order_placement.intake.routing import Route, totals
from order_placement.intake.submission import Submission
from order_placement.rules.judging import Verdict

SELECTIONS = "selections"
FIRST_PART = 1


def new_selection(
    item: Submission, facts: IntakeFacts, signed: bool, routes: Sequence[Route]
) -> Document:
    """The intake document: insert-only, its plan frozen: which lines go to which store, each part
    with its number for ever. Holds no personal data."""
    event = item.event
    return {
        "_id": item.identity,
        "brand_id": event.brand_id,
        "selection_id": event.selection_id,
        "campaign_id": event.campaign_id,
        "creator_id": event.creator_id,
        "digest": item.digest,
        "signed": signed,
        "source": item.record.source,
        "received_at": facts.now,
        "plan": [
            {"part": FIRST_PART + index, "store_id": one.store_id, "lines": one.lines}
            for index, one in enumerate(routes)
        ],
    }


def order_ids(selection: Document) -> list[str]:
    """The orders of all parts of the selection's plan."""
    return [order_identity(selection["_id"], one["part"]) for one in selection["plan"]]


def normal_recipient(recipient: Recipient | None) -> Recipient:
    """The recipient with the country in two letters, where it is one."""
    if recipient is None:
        return Recipient()
    address = recipient.address
    if address is None or address.country is None:
        return recipient
    country = iso2(address.country)
    if country is None or country == address.country:
        return recipient
    normal = address.model_copy(update={"country": country})
    return recipient.model_copy(update={"address": normal})


def country_of(recipient: Recipient | None) -> str | None:
    """The recipient's country (ISO2), None when it is not known."""
    address = recipient.address if recipient else None
    return iso2(address.country) if address else None


def routed(store: Document | None, lines: Sequence[Document]) -> dict[str, Any]:
    """The fields of an order that follow from its store and lines."""
    charged = store["currency"] if store else None
    return {
        "platform": store["platform"] if store else None,
        "lines": list(lines),
        "needs_shipping": any(line["requires_shipping"] is not False for line in lines),
        "charged": {"amount": 0, "currency": charged} if charged else None,
        "retail_value": totals(lines, "retail_price"),
        "cost": totals(lines, "unit_cost"),
    }


def judged(verdict: Verdict, facts: IntakeFacts) -> dict[str, Any]:
    """The fields of an order that follow from a verdict: an approved one is due at once."""
    return {
        "status": verdict.status,
        "reasons": verdict.as_documents(),
        "due_at": facts.now if verdict.status == "approved" else None,
    }


def unplaced() -> Document:
    """Nothing was tried in the store yet."""
    return {
        "phase": None,
        "epoch": 0,
        "handle": None,
        "discarded": [],
        "prepared_at": None,
        "permitted_at": None,
        "attempts": 0,
        "unknown_since": None,
        "cancel_requested": None,
    }


def new_order(
    order_id: str,
    selection: Document,
    planned: Document,
    fields: Mapping[str, Any],
    facts: IntakeFacts,
) -> Document:
    """The order of one part with its `routed` fields, still without verdict and recipient."""
    return {
        "_id": order_id,
        "sequence": 1,
        "brand_id": selection["brand_id"],
        "campaign_id": selection["campaign_id"],
        "creator_id": selection["creator_id"],
        "selection_id": selection["selection_id"],
        "selection": selection["_id"],
        "part": planned["part"],
        "signed": selection["signed"],
        "store_id": planned["store_id"],
        **fields,
        "replaces": None,
        "approved": None,
        "shipping_method": None,
        "store_order": None,
        "store_status": None,
        "observation": 0,
        "shipments": [],
        "returned_lines": [],
        "created_at": facts.now,
        "changed_at": facts.now,
        "placed_at": None,
        "delivered_at": None,
        "verified_at": None,
        "placing": unplaced(),
    }


def approves(campaign: Document | None, signed: Document, facts: IntakeFacts) -> bool:
    """By itself: the campaign does, and it is known who wrote, or the brand does not mind.

    `signed` is the selection's document or one of its orders.
    """
    if campaign is None or not campaign["auto_approve"]:
        return False
    brand = facts.get("brands", signed["brand_id"])
    accepts = brand is not None and brand["unsigned_selections"] == "accept"
    return bool(signed["signed"]) or accepts
