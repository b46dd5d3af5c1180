"""Routing for many: selections of the same lines to the same country are routed once a batch."""

from collections.abc import Sequence

from giftstream.events import Reason, SelectionSubmitted
from giftstream.mongo import Document

from order_placement.intake.documents import routed
from order_placement.intake.facts import IntakeFacts
from order_placement.intake.routing import Route, route
from order_placement.rules.case import Case
from order_placement.rules.judging import OF_LINES, holds


def routes_of(
    event: SelectionSubmitted, country: str | None, facts: IntakeFacts
) -> Sequence[Route]:
    """The routes of a selection. What they hold is shared: never to be changed."""
    lines = tuple(
        (one.item_id, one.store_id, one.variant_ref, one.sku, one.quantity) for one in event.lines
    )
    key = (event.brand_id, event.campaign_id, country, lines)
    found = facts.routes.get(key)
    if found is None:
        catalog = facts.catalog(event.brand_id, event.campaign_id)
        found = [
            _route(event.campaign_id, part.store_id, part.lines, country, facts, part.reasons)
            for part in route(event.lines, country, catalog)
        ]
        facts.routes[key] = found
    return found


def planned_routes(selection: Document, country: str | None, facts: IntakeFacts) -> Sequence[Route]:
    """The routes of a plan that was frozen before."""
    return [
        _route(selection["campaign_id"], one["store_id"], one["lines"], country, facts, ())
        for one in selection["plan"]
    ]


def _route(
    campaign_id: str,
    store_id: str | None,
    lines: list[Document],
    country: str | None,
    facts: IntakeFacts,
    reasons: Sequence[Reason],
) -> Route:
    campaign = facts.get("campaigns", campaign_id)
    store = facts.get("stores", store_id) if store_id else None
    case = Case(campaign, store, lines, None, country, facts.get)
    return Route(store_id, lines, routed(store, lines), (*reasons, *holds(case, OF_LINES)))
