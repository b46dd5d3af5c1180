"""Claims an allowance within a plan: the put that does it, or the reasons why it may not be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from giftstream.delivery import Facts, Put, insert, replace
from giftstream.events import Reason
from giftstream.mongo import Document

from order_placement.intake.allowances import (
    ALLOWANCES,
    Wanted,
    allowance_identity,
    claimed,
    exceeded,
    is_limited,
    new_allowance,
    released,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim came to."""

    puts: tuple[Put, ...] = ()
    reasons: tuple[Reason, ...] = ()


FREE = Claim()


@dataclass(frozen=True, slots=True)
class Claimant:
    """Whose allowance it is, and for which selection."""

    brand_id: str
    creator_id: str
    selection: str


def claim(
    facts: Facts,
    campaign: Document | None,
    claimant: Claimant,
    orders: Sequence[Wanted],
    overrides: Collection[str] = (),
) -> Claim:
    """Claim for all these orders or for none. The same orders claim once, however often asked.

    `overrides`: reason codes that a person decided not to mind.
    """
    if campaign is None or not is_limited(campaign) or not orders:
        return FREE
    stored = facts.get(ALLOWANCES, allowance_identity(campaign["_id"], claimant.creator_id))
    before = stored or new_allowance(claimant.brand_id, campaign["_id"], claimant.creator_id)
    after = claimed(before, claimant.selection, orders)
    reasons = exceeded(campaign["allowance"], after, orders)
    held = tuple(one for one in reasons if one.code not in overrides)
    if held:
        return Claim((), held)
    if stored is None:
        return Claim((insert(ALLOWANCES, after),))
    if after["claims"] == stored["claims"]:
        return FREE
    return Claim((replace(ALLOWANCES, stored, after),))


def release(facts: Facts, order: Document) -> tuple[Put, ...]:
    """The put that gives back what an order claimed; none when it claimed nothing."""
    identity = allowance_identity(order["campaign_id"], order["creator_id"])
    stored = facts.get(ALLOWANCES, identity)
    if stored is None or order["_id"] not in stored["claims"]:
        return ()
    return (replace(ALLOWANCES, stored, released(stored, order["_id"])),)
