"""Claims what an order needs within a plan: the puts that do it, or the reasons why it may not be.

The creator's allowance and the campaign's budget: both or neither.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from giftstream.delivery import Facts, Put, insert, replace, together
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
from order_placement.intake.budgets import Spending, give_back, has_budget, spend


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim came to; `spends` is for a selection that is not stored yet."""

    puts: tuple[Put, ...] = ()
    reasons: tuple[Reason, ...] = ()
    spends: dict[str, dict[str, int]] = field(default_factory=dict)


FREE = Claim()


@dataclass(frozen=True, slots=True)
class Claimant:
    """Whose allowance it is, and for which selection."""

    brand_id: str
    creator_id: str
    selection: str


def limits_anything(campaign: Document | None) -> bool:
    """Whether there is anything to claim at all."""
    return is_limited(campaign) or has_budget(campaign)


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
    if campaign is None or not orders:
        return FREE
    mine = _of_creator(facts, campaign, claimant, orders, overrides)
    taken = spend(facts, campaign, claimant.selection, orders, overrides)
    if reasons := (*mine.reasons, *taken.reasons):
        return Claim((), reasons)
    return Claim(_joined(campaign, mine, taken), (), taken.spends)


def release(facts: Facts, order: Document, *others: Put) -> tuple[Put, ...]:
    """The puts that give back what an order claimed, with `others` that say why: all or none."""
    puts = (*_allowance_back(facts, order), *give_back(facts, order))
    return together(order["campaign_id"], (*puts, *others)) if puts else others


def _joined(campaign: Document, mine: Claim, taken: Spending) -> tuple[Put, ...]:
    if not taken.puts:
        return mine.puts
    return together(campaign["_id"], (*mine.puts, *taken.puts))


def _of_creator(
    facts: Facts,
    campaign: Document,
    claimant: Claimant,
    orders: Sequence[Wanted],
    overrides: Collection[str],
) -> Claim:
    if not is_limited(campaign):
        return FREE
    stored = facts.get(ALLOWANCES, allowance_identity(campaign["_id"], claimant.creator_id))
    before = stored or new_allowance(claimant.brand_id, campaign["_id"], claimant.creator_id)
    after = claimed(before, claimant.selection, orders)
    reasons = exceeded(campaign["allowance"], before, after, orders)
    held = tuple(one for one in reasons if one.code not in overrides)
    if held:
        return Claim((), held)
    if stored is None:
        return Claim((insert(ALLOWANCES, after),))
    if after["claims"] == stored["claims"]:
        return FREE
    return Claim((replace(ALLOWANCES, stored, after),))


def _allowance_back(facts: Facts, order: Document) -> tuple[Put, ...]:
    identity = allowance_identity(order["campaign_id"], order["creator_id"])
    stored = facts.get(ALLOWANCES, identity)
    if stored is None or order["_id"] not in stored["claims"]:
        return ()
    return (replace(ALLOWANCES, stored, released(stored, order["_id"])),)
