"""An order that found no store looks again. The selection's plan stays the one truth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from giftstream.events import Reason, SelectionLine
from giftstream.mongo import Document

from order_placement.intake.facts import IntakeFacts
from order_placement.intake.routing import Catalog, Part, route


@dataclass(frozen=True, slots=True)
class Rerouted:
    """The plan's entry for the order, the whole plan after it, and what is still unresolved."""

    entry: Document
    plan: list[Document]
    reasons: tuple[Reason, ...] = ()


def reroute(
    order: Document,
    plan: Sequence[Document],
    country: str | None,
    facts: IntakeFacts,
    edited: Sequence[SelectionLine] | None,
) -> Rerouted:
    """Where the order's lines go now. Routed parts never move; unrouted ones look again.

    Its first part keeps the order; further parts take the next numbers.
    """
    entry = next(one for one in plan if one["part"] == order["part"])
    if order["store_id"] is not None:
        return Rerouted({**entry, "store_id": order["store_id"], "lines": order["lines"]}, [*plan])
    if entry["store_id"] is not None and edited is None:
        # A crash came between the plan and its orders: what the plan says is done now.
        return Rerouted(entry, [*plan])
    lines = edited or [SelectionLine.model_validate(one["submitted"]) for one in entry["lines"]]
    catalog = facts.catalog(order["brand_id"], order["campaign_id"])
    first, *others = route(lines, country, catalog)
    entry = {"part": order["part"], "store_id": first.store_id, "lines": first.lines}
    following = max(one["part"] for one in plan) + 1
    after = [entry if one["part"] == order["part"] else one for one in plan]
    after += [
        {"part": following + index, "store_id": part.store_id, "lines": part.lines}
        for index, part in enumerate(others)
    ]
    unresolved = first.reasons if first.store_id is None else []
    return Rerouted(entry, after, tuple(unresolved))


def within_store(
    order: Document, country: str | None, facts: IntakeFacts, lines: Sequence[SelectionLine]
) -> list[Part]:
    """Edited lines of an order that has its store: a SKU is looked for there alone."""
    catalog = facts.catalog(order["brand_id"], order["campaign_id"])
    campaign = catalog.campaign
    only: Catalog = replace(
        catalog, campaign={**campaign, "stores": [order["store_id"]]} if campaign else None
    )
    return route(lines, country, only)
