"""From reasons to a status: one decision, at intake and whenever something changed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from giftstream.events import OrderStatus, Reason
from giftstream.reasons import REASONS, reason

from order_placement.rules import campaign_rules, product_rules, recipient_rules
from order_placement.rules.case import Case, Rule

OF_LINES: tuple[Rule, ...] = (*campaign_rules.RULES, *product_rules.RULES)
"""What many orders have in common: those of the same lines to the same country."""

OF_PEOPLE: tuple[Rule, ...] = recipient_rules.RULES
RULES: tuple[Rule, ...] = (*OF_LINES, *OF_PEOPLE)

OF_LIMITS = frozenset({"allowance_exceeded", "duplicate_order", "campaign_budget_exceeded"})
"""An order that is held for one of these has claimed nothing."""

OVERRIDABLE = frozenset({"out_of_stock", *OF_LIMITS})
"""What a named person may decide to do all the same."""

FOUND_BY_PLACING = frozenset(
    {"out_of_stock", "shipping_method_missing", "store_rejected", "total_not_zero"}
)
"""Reasons that only the store itself can tell, so that no rule here can clear them."""

NEEDS_REVIEW = reason("needs_review")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where an order stands by the rules."""

    status: OrderStatus
    reasons: tuple[Reason, ...]

    def as_documents(self) -> list[dict[str, Any]]:
        """The reasons as an order's document has them."""
        return [_document(one) for one in self.reasons]


_APPROVED = Verdict("approved", ())
_PENDING = Verdict("pending_review", (NEEDS_REVIEW,))


@lru_cache(1024)
def _document(reason: Reason) -> dict[str, Any]:
    return reason.model_dump()


def holds(case: Case, rules: Sequence[Rule] = RULES) -> list[Reason]:
    """Every reason for which this order cannot go on, in the order of the rules."""
    return [found for rule in rules for found in rule(case)]


def verdict(reasons: Iterable[Reason], approved: bool, overrides: Collection[str] = ()) -> Verdict:
    """Any hold that nobody overrode holds; else approved, or a person has to look."""
    held = tuple(
        one
        for one in reasons
        if one.code not in overrides and REASONS[one.code].effect == "holds"  # type: ignore[index]  # codes come from `reason`, which takes known ones alone
    )
    if held:
        return Verdict("on_hold", held)
    return _APPROVED if approved else _PENDING
