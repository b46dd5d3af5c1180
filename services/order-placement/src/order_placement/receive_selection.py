"""A selection becomes gift orders: exactly once each, or a refusal that says why."""

from collections.abc import Sequence
from datetime import timedelta

from giftstream.delivery import (
    NOTHING,
    Change,
    Put,
    insert,
    insert_told_by_record,
    tell,
    together,
)
from giftstream.events import Reason, SelectionSubmitted
from giftstream.identity import order_identity
from giftstream.mongo import Document
from giftstream.reasons import reason
from giftstream.sealing import Sealing

from order_placement.intake.admission import Admission, admission
from order_placement.intake.allowances import Wanted
from order_placement.intake.budgets import SPENDS
from order_placement.intake.claiming import FREE, Claim, Claimant, claim, limits_anything
from order_placement.intake.documents import (
    SELECTIONS,
    approves,
    country_of,
    judged,
    new_order,
    new_selection,
    normal_recipient,
    order_ids,
)
from order_placement.intake.facts import IntakeFacts
from order_placement.intake.reading import Item, Reading
from order_placement.intake.refusals import REFUSALS, refusal, refusal_identity
from order_placement.intake.routes import planned_routes, routes_of
from order_placement.intake.routing import Route
from order_placement.intake.submission import Submission, Unusable
from order_placement.intake.waits import WAITING, wait
from order_placement.order_events import CHANGED, ORDERS
from order_placement.recipients import FIELD, seal_recipient
from order_placement.rules.case import Case
from order_placement.rules.judging import OF_LIMITS, OF_PEOPLE, OVERRIDABLE, holds, verdict
from order_placement.withdrawals.withdrawals import withdrawn, withdrawn_before


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
        routes = routes_of(item.event, country_of(item.event.recipient), facts)
        selection = new_selection(item, facts, signed, routes)
        claimed, orders = self._orders(item, facts, selection, routes)
        # Written in this order: a claim without its selection is found again by the redelivery,
        # a selection without its orders is completed by it; the other way round would lose them.
        if not claimed.spends:
            return Change.of(*claimed.puts, insert(SELECTIONS, selection), *orders)
        # The budget's sum does not say whose part it is; the selection does, so they are one.
        taking = insert(SELECTIONS, {**selection, SPENDS: claimed.spends})
        return Change.of(*claimed.puts, *together(selection["campaign_id"], [taking]), *orders)

    def _complete(self, item: Submission, facts: IntakeFacts, stored: Document) -> Change:
        """After a crash between the selection and its orders: the orders of the stored plan."""
        if not all(facts.get(ORDERS, order_id) for order_id in order_ids(stored)):
            routes = planned_routes(stored, country_of(item.event.recipient), facts)
            claimed, orders = self._orders(item, facts, stored, routes)
            return Change.of(*claimed.puts, *orders, *_untold(facts, stored))
        return Change.of(*self._claim_again(item, facts, stored), *_untold(facts, stored))

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
        self, item: Submission, facts: IntakeFacts, selection: Document, routes: Sequence[Route]
    ) -> tuple[Claim, Sequence[Put]]:
        ids = order_ids(selection)
        before = withdrawn_before(selection, facts)
        claimed = FREE if before else self._claim(item, facts, selection, ids, routes)
        orders = []
        for order_id, planned, route in zip(ids, selection["plan"], routes, strict=True):
            if facts.get(ORDERS, order_id) is None:
                order = new_order(order_id, selection, planned, route.fields, facts)
                exceeded = claimed.reasons if route.store_id is not None else ()
                self._judge(order, item.event, (*route.reasons, *exceeded), facts)
                order |= withdrawn(before, facts) if before else {}
                orders.append(insert_told_by_record(ORDERS, order, CHANGED))
        return claimed, orders

    def _claim(
        self,
        item: Submission,
        facts: IntakeFacts,
        selection: Document,
        ids: Sequence[str],
        routes: Sequence[Route],
    ) -> Claim:
        campaign = facts.get("campaigns", item.event.campaign_id)
        if not limits_anything(campaign):
            return FREE
        claimant = Claimant(item.event.brand_id, item.event.creator_id, selection["_id"])
        wanted = [
            Wanted(order_id, route.lines)
            for order_id, route in zip(ids, routes, strict=True)
            if route.store_id is not None and facts.get(ORDERS, order_id) is None
        ]
        return claim(facts, campaign, claimant, wanted)

    def _judge(
        self,
        order: Document,
        event: SelectionSubmitted,
        reasons: Sequence[Reason],
        facts: IntakeFacts,
    ) -> None:
        """Add what follows from the recipient: where the order stands, and the sealed recipient."""
        recipient = normal_recipient(event.recipient)
        country = country_of(recipient)
        campaign = facts.get("campaigns", order["campaign_id"])
        store = facts.get("stores", order["store_id"]) if order["store_id"] else None
        case = Case(campaign, store, order["lines"], recipient, country, facts.get)
        found = [*reasons, *holds(case, OF_PEOPLE)]
        order |= judged(verdict(found, approves(campaign, order, facts)), facts)
        order |= {"reference": event.reference, "submitted_at": event.occurred_at}
        order["country"] = country
        order[FIELD] = seal_recipient(self._sealing, event.brand_id, order["_id"], recipient)

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


def _untold(facts: IntakeFacts, stored: Document) -> Sequence[Put]:
    # Who inserted these may have died before they were told of; whoever changed one since has
    # told of it. Those of this very batch have no version yet and are told of anyhow.
    ids = order_ids(stored)
    found = [one for one in (facts.get(ORDERS, order_id) for order_id in ids) if one is not None]
    return [tell(ORDERS, one["_id"], CHANGED) for one in found if one.get("version") == 1]


def _has_claimed(order: Document) -> bool:
    given_back = order.get("status") in ("rejected", "cancelled")
    codes = {one["code"] for one in order.get("reasons", ())}
    return not given_back and not codes & OF_LIMITS
