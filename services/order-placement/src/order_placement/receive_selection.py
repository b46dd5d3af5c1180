"""A selection becomes gift orders: exactly once each, or a refusal that says why."""

from collections.abc import Sequence
from datetime import timedelta

from giftstream.delivery import NOTHING, Change, Put, insert
from giftstream.events import Reason
from giftstream.identity import order_identity
from giftstream.mongo import Document
from giftstream.outbox import state_entry
from giftstream.reasons import reason
from giftstream.sealing import Sealing

from order_placement.intake.admission import Admission, admission
from order_placement.intake.allowances import Wanted
from order_placement.intake.claiming import Claimant, claim
from order_placement.intake.documents import (
    SELECTIONS,
    approves,
    country_of,
    judged,
    new_order,
    new_selection,
    normal_recipient,
    order_ids,
    submitted,
)
from order_placement.intake.facts import IntakeFacts
from order_placement.intake.reading import Item, Reading
from order_placement.intake.refusals import REFUSALS, refusal, refusal_identity
from order_placement.intake.routing import route
from order_placement.intake.submission import Submission, Unusable
from order_placement.intake.waits import WAITING, wait
from order_placement.order_events import CHANGED, ORDERS
from order_placement.recipients import FIELD, seal_recipient
from order_placement.rules.case import Case
from order_placement.rules.judging import OVERRIDABLE, holds, verdict


class ReceiveSelection:
    """The use case of `selection.submitted`."""

    def __init__(self, reading: Reading, sealing: Sealing, wait_s: float) -> None:
        self._reading = reading
        self._sealing = sealing
        self._wait = timedelta(seconds=wait_s)

    async def facts(self, items: Sequence[Item]) -> IntakeFacts:
        """One query per collection for the whole batch."""
        return await self._reading.for_submissions(items)

    def plan(self, item: Item, facts: IntakeFacts) -> Change:
        """Orders, a refusal, or a wait. A redelivery changes nothing that stands."""
        if isinstance(item, Unusable):
            return self._refuse(item, facts, item.reasons, item.park)
        stored = facts.get(SELECTIONS, item.identity)
        if stored is not None and stored["digest"] == item.digest:
            return self._complete(item, facts, stored)
        allowed = admission(item, facts)
        if allowed.outcome == "admitted":
            return self._accept(item, facts, allowed.signed)
        return self._keep_out(item, facts, allowed)

    def _accept(self, item: Submission, facts: IntakeFacts, signed: bool) -> Change:
        event = item.event
        catalog = facts.catalog(event.brand_id, event.campaign_id)
        parts = route(event.lines, country_of(event.recipient), catalog)
        selection = new_selection(item, facts, signed, parts)
        puts = self._orders(item, facts, selection, [part.reasons for part in parts])
        claims = [put for put in puts if put.collection != ORDERS]
        orders = [put for put in puts if put.collection == ORDERS]
        # Written in this order: a claim without its selection is found again by the redelivery,
        # a selection without its orders is completed by it; the other way round would lose them.
        return Change.of(*claims, insert(SELECTIONS, selection), *orders)

    def _complete(self, item: Submission, facts: IntakeFacts, stored: Document) -> Change:
        """After a crash between the selection and its orders: the orders of the stored plan."""
        if not all(facts.get(ORDERS, order_id) for order_id in order_ids(stored)):
            return Change.of(*self._orders(item, facts, stored, [() for _ in stored["plan"]]))
        return Change.of(*self._claim_again(item, facts, stored))

    def _claim_again(self, item: Submission, facts: IntakeFacts, stored: Document) -> Sequence[Put]:
        # The process may have died with the orders written and their claim not.
        event = item.event
        standing = []
        for one in stored["plan"]:
            order = facts.get(ORDERS, order_identity(stored["_id"], one["part"]))
            if one["store_id"] is not None and order is not None and _has_claimed(order):
                standing.append(Wanted(order["_id"], order["lines"]))
        claimant = Claimant(event.brand_id, event.creator_id, stored["_id"])
        campaign = facts.get("campaigns", event.campaign_id)
        return claim(facts, campaign, claimant, standing, OVERRIDABLE).puts

    def _orders(
        self,
        item: Submission,
        facts: IntakeFacts,
        selection: Document,
        routing: Sequence[Sequence[Reason]],
    ) -> list[Put]:
        event = item.event
        campaign = facts.get("campaigns", event.campaign_id)
        planned = selection["plan"]
        claimed = claim(
            facts,
            campaign,
            Claimant(event.brand_id, event.creator_id, selection["_id"]),
            [
                Wanted(order_identity(selection["_id"], one["part"]), one["lines"])
                for one in planned
                if one["store_id"] is not None
            ],
        )
        puts = list(claimed.puts)
        for one, reasons in zip(planned, routing, strict=True):
            found = [*reasons, *(claimed.reasons if one["store_id"] else ())]
            order = self._order(item, facts, selection, one, found)
            if facts.get(ORDERS, order["_id"]) is None:
                puts.append(insert(ORDERS, order, [state_entry(CHANGED)]))
        return puts

    def _order(
        self,
        item: Submission,
        facts: IntakeFacts,
        selection: Document,
        planned: Document,
        reasons: Sequence[Reason],
    ) -> Document:
        event = item.event
        store = facts.get("stores", planned["store_id"]) if planned["store_id"] else None
        order = new_order(selection, planned, store, facts)
        recipient = normal_recipient(event.recipient)
        country = country_of(recipient)
        campaign = facts.get("campaigns", event.campaign_id)
        case = Case(campaign, store, order["lines"], recipient, country, facts.get)
        found = [*reasons, *holds(case)]
        order |= submitted(event) | judged(
            verdict(found, approved=approves(campaign, selection, facts)), facts
        )
        order["country"] = country
        order[FIELD] = seal_recipient(self._sealing, event.brand_id, order["_id"], recipient)
        return order

    def _keep_out(self, item: Submission, facts: IntakeFacts, allowed: Admission) -> Change:
        assert allowed.code is not None
        if allowed.outcome == "waits":
            waiting = facts.get(WAITING, item.record.source)
            until = facts.now + self._wait if waiting is None else waiting["give_up_at"]
            if facts.now < until:
                if waiting is not None:
                    return NOTHING
                return Change.of(wait(item, allowed.code, self._sealing, until))
        return self._refuse(item, facts, (reason(allowed.code),), None)

    def _refuse(
        self, item: Item, facts: IntakeFacts, reasons: Sequence[Reason], park: str | None
    ) -> Change:
        if facts.get(REFUSALS, refusal_identity(item.record)) is not None:
            return Change.of(park=park)
        return Change.of(refusal(item, reasons), park=park)


def _has_claimed(order: Document) -> bool:
    given_back = order.get("status") in ("rejected", "cancelled")
    codes = {one["code"] for one in order.get("reasons", ())}
    return not given_back and not codes & {"allowance_exceeded", "duplicate_order"}
