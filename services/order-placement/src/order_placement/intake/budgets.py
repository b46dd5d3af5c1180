"""What a whole campaign may give away: one sum, however many creators and replicas.

A document per campaign has the sum alone. What each order takes of it stands in the selection's
own document, as `spends`, and both are written in one transaction (docs/decisions/0007). Campaigns
without a limit have neither.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from giftstream.delivery import Facts, Put, add, replace
from giftstream.events import Reason
from giftstream.mongo import Document
from giftstream.reasons import reason

from order_placement.intake.allowances import UNLIMITED, Wanted

BUDGETS = "budgets"
SELECTIONS = "selections"
SPENDS = "spends"
"""In a selection: its orders, and the retail value per currency that each of them takes."""

UNCOUNTED = reason(
    "campaign_budget_exceeded",
    "What the campaign gave away before it had a budget is being counted; the order goes on by "
    "itself once that is done.",
)
Values = Mapping[str, int]


def new_budget(campaign_id: str, brand_id: str) -> Document:
    """The budget of a campaign that has given nothing away yet: there is nothing to count."""
    fields: Document = {"spent": {}, "counted": True, "outbox": []}
    return {"_id": campaign_id, "brand_id": brand_id, **fields}


@dataclass(frozen=True, slots=True)
class Spending:
    """What taking it from the budget comes to; `spends` is for a selection not yet stored."""

    puts: tuple[Put, ...] = ()
    reasons: tuple[Reason, ...] = ()
    spends: dict[str, dict[str, int]] = field(default_factory=dict)


def has_budget(campaign: Document | None) -> bool:
    """Whether the campaign limits what it gives away in all."""
    # Copies of campaigns that were told before there were budgets lack the field.
    return campaign is not None and campaign.get("budget", UNLIMITED) != UNLIMITED


def spend(
    facts: Facts,
    campaign: Document,
    selection_id: str,
    orders: Sequence[Wanted],
    overrides: Collection[str] = (),
) -> Spending:
    """Take for all these orders or for none. What an order has taken already stays its own, even
    where the budget has become smaller since."""
    if not has_budget(campaign):
        return Spending()
    stored = facts.get(SELECTIONS, selection_id)
    earlier = (stored or {}).get(SPENDS, {})
    wanted = {one.order_id: one.values() for one in orders}
    spends = {**earlier, **wanted}
    if spends == earlier:
        return Spending()
    before = _budget(facts, campaign["_id"], campaign["brand_id"])
    if not before.get("counted") and "campaign_budget_exceeded" not in overrides:
        return Spending((), (UNCOUNTED,))
    spent = _moved(before["spent"], earlier, spends)
    if "campaign_budget_exceeded" not in overrides:
        limit = campaign["budget"]
        reasons = tuple(_exceeded(limit, before["spent"], spent, orders))
        if reasons:
            return Spending((), reasons)
    room = _room(campaign["budget"], spent)
    counted = add(BUDGETS, before, {**before, "spent": spent}, "spent", room)
    if stored is None:
        return Spending((counted,), (), spends)
    return Spending((counted, replace(SELECTIONS, stored, {**stored, SPENDS: spends})), ())


def give_back(facts: Facts, order: Document) -> tuple[Put, ...]:
    """The puts that give back what an order took; none when it took nothing."""
    stored = facts.get(SELECTIONS, order["selection"])
    earlier = (stored or {}).get(SPENDS, {})
    if stored is None or order["_id"] not in earlier:
        return ()
    spends = {key: values for key, values in earlier.items() if key != order["_id"]}
    before = _budget(facts, order["campaign_id"], order["brand_id"])
    after = {**before, "spent": _moved(before["spent"], earlier, spends)}
    counted = add(BUDGETS, before, after, "spent", {})
    return (counted, replace(SELECTIONS, stored, {**stored, SPENDS: spends}))


def _budget(facts: Facts, campaign_id: str, brand_id: str) -> Document:
    # Where it was not read, as when giving back, only the difference matters.
    return facts.get(BUDGETS, campaign_id) or {
        "_id": campaign_id,
        "brand_id": brand_id,
        "spent": {},
        "outbox": [],
    }


def _moved(
    spent: Values, before: Mapping[str, Values], after: Mapping[str, Values]
) -> dict[str, int]:
    total = dict(spent)
    for spends, sign in ((before, -1), (after, 1)):
        for values in spends.values():
            for currency, amount in values.items():
                total[currency] = total.get(currency, 0) + sign * amount
    return total


def _room(limit: Mapping[str, Any], spent: Values) -> dict[str, int]:
    """How much others may have taken meanwhile; beyond the limit nothing, so that who passed over
    it knew of all that was taken."""
    currency = limit["currency"]
    return {currency: max(limit["amount"] - spent.get(currency, 0), 0)}


def _exceeded(
    limit: Mapping[str, Any], before: Values, after: Values, orders: Sequence[Wanted]
) -> Iterable[Reason]:
    amount, currency = limit["amount"], limit["currency"]
    if not all(one.all_priced() for one in orders):
        yield reason(
            "campaign_budget_exceeded",
            "The campaign has a budget and a product has no price; give it one, or approve it as "
            "an exception.",
        )
    if any(set(one.values()) - {currency} for one in orders):
        yield reason(
            "campaign_budget_exceeded",
            f"The campaign's budget is in {currency} and a product's price is not; approve it as "
            "an exception, or reject it.",
        )
    now_, then = before.get(currency, 0), after.get(currency, 0)
    if then > amount and then > now_:
        yield reason(
            "campaign_budget_exceeded",
            f"The campaign's gifts would be worth {then} {currency} where its budget is {amount} "
            "(in minor units); approve it as an exception, or reject it.",
        )
