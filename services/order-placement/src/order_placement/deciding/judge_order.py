"""An order is judged again by the same rules as at intake."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from giftstream.delivery import Put, insert, replace, together
from giftstream.events import Reason, Recipient
from giftstream.identity import order_identity
from giftstream.mongo import Document
from giftstream.outbox import state_entry
from giftstream.sealing import Sealing

from order_placement.deciding.edits import NO_EDIT, Approval, Edit
from order_placement.deciding.rerouting import Rerouted, reroute, within_store
from order_placement.intake.allowances import Wanted
from order_placement.intake.claiming import Claimant, claim
from order_placement.intake.documents import (
    SELECTIONS,
    approves,
    country_of,
    judged,
    new_order,
    normal_recipient,
    routed,
)
from order_placement.intake.facts import IntakeFacts
from order_placement.order_events import CHANGED, ORDERS
from order_placement.recipients import FIELD, open_recipient, seal_recipient
from order_placement.rules.case import Case
from order_placement.rules.judging import FOUND_BY_PLACING, Verdict, holds, verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judgement comes to: the order as it shall be, and the puts that make it so."""

    order: Document
    puts: tuple[Put, ...]
    refused: tuple[Reason, ...] = ()
    """Why an edit cannot be: then nothing is put."""


class JudgeOrder:
    """No I/O: the same order and facts always give the same judgement."""

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing

    def __call__(
        self,
        order_id: str,
        facts: IntakeFacts,
        edit: Edit = NO_EDIT,
        approval: Approval | None = None,
        cleared: Collection[str] = (),
    ) -> Judged:
        """`cleared`: reasons found by placing that whatever happened may have removed."""
        order = facts.get(ORDERS, order_id)
        assert order is not None
        selection = facts.get(SELECTIONS, order["selection"])
        assert selection is not None
        recipient = normal_recipient(edit.recipient or open_recipient(self._sealing, order))
        country = country_of(recipient)
        if edit.lines is not None and order["store_id"] is not None:
            edited = within_store(order, country, facts, edit.lines)
            if refused := _not_of_its_store(order, edited):
                return Judged(order, (), refused)
            order = {**order, "lines": edited[0].lines}
        found = reroute(order, selection["plan"], country, facts, edit.lines)
        after = {**order, **self._edited(order, edit, recipient, country)}
        if approval is not None:
            after["approved"] = approval.as_document()
        # Each sees what the ones before it leave: several orders may claim of one allowance.
        puts = _folded(facts, _planned(selection, found))
        claims, after = self._judged(after, found, recipient, facts, cleared)
        puts += _folded(facts, claims)
        puts += _with(claims, _changed(order["_id"], after, facts))
        puts += self._further(after, found, recipient, selection, facts)
        return Judged(after, tuple(puts))

    def _edited(
        self, order: Document, edit: Edit, recipient: Recipient, country: str | None
    ) -> Document:
        fields: Document = {"country": country}
        if edit.recipient is not None:
            sealed = seal_recipient(self._sealing, order["brand_id"], order["_id"], recipient)
            fields[FIELD] = sealed
        if edit.shipping_method is not None:
            fields["shipping_method"] = edit.shipping_method or None
        if edit != NO_EDIT:
            fields["content"] = order.get("content", 0) + 1
        return fields

    def _judged(
        self,
        order: Document,
        found: Rerouted,
        recipient: Recipient,
        facts: IntakeFacts,
        cleared: Collection[str],
    ) -> tuple[tuple[Put, ...], Document]:
        campaign = facts.get("campaigns", order["campaign_id"])
        store_id = found.entry["store_id"]
        store = facts.get("stores", store_id) if store_id else None
        overrides = (order["approved"] or {}).get("overrides", ())
        claimant = Claimant(order["brand_id"], order["creator_id"], order["selection"])
        wanted = [Wanted(order["_id"], found.entry["lines"])] if store_id else []
        claimed = claim(facts, campaign, claimant, wanted, overrides)
        case = Case(campaign, store, found.entry["lines"], recipient, order["country"], facts.get)
        reasons = [*found.reasons, *holds(case), *claimed.reasons, *_kept(order, cleared)]
        approved = order["approved"] is not None or approves(campaign, order, facts)
        reached = verdict(reasons, approved, overrides)
        fields = {"store_id": store_id, **routed(store, found.entry["lines"])}
        return claimed.puts, {**order, **fields, **_standing(order, reached, facts)}

    def _further(
        self,
        order: Document,
        found: Rerouted,
        recipient: Recipient,
        selection: Document,
        facts: IntakeFacts,
    ) -> list[Put]:
        """Orders of parts that the plan has and nobody made yet."""
        puts: list[Put] = []
        for entry in found.plan:
            order_id = order_identity(selection["_id"], entry["part"])
            if facts.get(ORDERS, order_id) is not None:
                continue
            store = facts.get("stores", entry["store_id"]) if entry["store_id"] else None
            fields = routed(store, entry["lines"])
            further = new_order(order_id, selection, entry, fields, facts)
            further |= {name: order[name] for name in ("reference", "submitted_at", "country")}
            further |= {"approved": order["approved"], "shipping_method": order["shipping_method"]}
            further[FIELD] = seal_recipient(self._sealing, order["brand_id"], order_id, recipient)
            claims, further = self._judged(further, Rerouted(entry, []), recipient, facts, ())
            puts += _folded(facts, claims)
            puts += _with(claims, [insert(ORDERS, further, [state_entry(CHANGED)])])
        return puts


def _folded(facts: IntakeFacts, puts: Sequence[Put]) -> list[Put]:
    for put in puts:
        facts.fold(put)
    return list(puts)


def _with(claims: Sequence[Put], puts: Sequence[Put]) -> list[Put]:
    """In the claims' own transaction, where they have one: what was taken is that order's."""
    group = next((put.together for put in claims if put.together), None)
    return list(together(group, puts)) if group else list(puts)


def _standing(order: Document, reached: Verdict, facts: IntakeFacts) -> Document:
    fields = judged(reached, facts)
    if order.get("status") == "approved" == reached.status and order["due_at"] is not None:
        fields["due_at"] = order["due_at"]  # its place in the lane
    return fields


def _kept(order: Document, cleared: Collection[str]) -> list[Reason]:
    found = [one for one in order.get("reasons", ()) if one["code"] in FOUND_BY_PLACING]
    return [Reason.model_validate(one) for one in found if one["code"] not in cleared]


def _not_of_its_store(order: Document, parts: Sequence) -> tuple[Reason, ...]:  # type: ignore[type-arg]  # of Part
    unresolved = tuple(r for part in parts if part.store_id is None for r in part.reasons)
    if unresolved:
        return unresolved
    if [part.store_id for part in parts] == [order["store_id"]]:
        return ()
    detail = "A line is of another store; an order has products of one store alone."
    return (Reason(code="product_not_imported", detail=detail, path="lines"),)


def _planned(selection: Document, found: Rerouted) -> list[Put]:
    routed_now = found.plan != selection["plan"]
    return [replace(SELECTIONS, selection, {**selection, "plan": found.plan})] if routed_now else []


def _changed(order_id: str, after: Document, facts: IntakeFacts) -> list[Put]:
    before = facts.get(ORDERS, order_id)
    assert before is not None
    if all(before.get(name) == value for name, value in after.items()):
        return []
    told = {**after, "sequence": before["sequence"] + 1, "changed_at": facts.now}
    return [replace(ORDERS, before, told, [state_entry(CHANGED)])]
