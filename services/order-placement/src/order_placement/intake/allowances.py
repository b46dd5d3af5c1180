"""What one creator may have of one campaign. The claim here binds, whoever selected.

A document per (campaign, creator) holds what each order claims; it is written by compare-and-set,
so two replicas cannot both give the last gift away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from giftstream.events import Reason
from giftstream.identity import derived
from giftstream.mongo import Document
from giftstream.reasons import reason

ALLOWANCES = "allowances"
UNLIMITED = "unlimited"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one order takes of the allowance."""

    order_id: str
    lines: Sequence[Mapping[str, Any]]

    def as_claim(self, selection: str) -> Document:
        """As it is kept: items, and retail value per currency in minor units."""
        items = sum(line["quantity"] for line in self.lines)
        return {"selection": selection, "items": items, "values": self.values()}

    def values(self) -> dict[str, int]:
        """Retail value per currency in minor units; what has no price counts nothing."""
        values: dict[str, int] = {}
        for line in self.lines:
            if (price := line["retail_price"]) is not None:
                amount = price["amount"] * line["quantity"]
                values[price["currency"]] = values.get(price["currency"], 0) + amount
        return values

    def all_priced(self) -> bool:
        """Whether each line has a price."""
        return all(line["retail_price"] is not None for line in self.lines)


def allowance_identity(campaign_id: str, creator_id: str) -> str:
    """`_id` of the document."""
    return derived(campaign_id, creator_id)


def is_limited(campaign: Document | None) -> bool:
    """Whether there is anything to claim at all."""
    return campaign is not None and any(v != UNLIMITED for v in campaign["allowance"].values())


def new_allowance(brand_id: str, campaign_id: str, creator_id: str) -> Document:
    """A creator who has nothing of this campaign yet."""
    return {
        "_id": allowance_identity(campaign_id, creator_id),
        "brand_id": brand_id,
        "campaign_id": campaign_id,
        "creator_id": creator_id,
        "claims": {},
        "version": 1,
        "outbox": [],
    }


def claimed(allowance: Document, selection: str, orders: Iterable[Wanted]) -> Document:
    """The document with these orders' claims in place of what they claimed before."""
    claims = {one.order_id: one.as_claim(selection) for one in orders}
    return {**allowance, "claims": {**allowance["claims"], **claims}}


def released(allowance: Document, order_id: str) -> Document:
    """The document without this order's claim."""
    claims = {k: v for k, v in allowance["claims"].items() if k != order_id}
    return {**allowance, "claims": claims}


def exceeded(
    limits: Mapping[str, Any], before: Document, after: Document, orders: Sequence[Wanted]
) -> list[Reason]:
    """Why the creator may not have all that the document would then claim.

    Claims that stand already yield to those before them alone: where a limit was lowered the first
    orders keep what they have, and the later ones are held.
    """
    claims = list(after["claims"].values())
    if after["claims"] == before["claims"]:
        mine = {one.order_id for one in orders}
        last = max(n for n, order_id in enumerate(after["claims"]) if order_id in mine)
        claims = claims[: last + 1]
    return [
        *_too_many_orders(limits["orders_per_creator"], {one["selection"] for one in claims}),
        *_too_many_items(limits["items"], sum(one["items"] for one in claims)),
        *_too_much_value(limits["value"], claims, orders),
    ]


def _too_many_orders(limit: int | str, selections: set[str]) -> Iterable[Reason]:
    if isinstance(limit, int) and len(selections) > limit:
        yield reason(
            "duplicate_order",
            f"The creator would have {len(selections)} orders where the campaign allows {limit}; "
            "approve one more, or reject it.",
        )


def _too_many_items(limit: int | str, items: int) -> Iterable[Reason]:
    if isinstance(limit, int) and items > limit:
        yield reason(
            "allowance_exceeded",
            f"The creator would have {items} items where the campaign allows {limit}; approve it "
            "all the same, or reject it.",
        )


def _too_much_value(
    limit: int | str, claims: Iterable[Document], orders: Sequence[Wanted]
) -> Iterable[Reason]:
    if not isinstance(limit, int):
        return
    if not all(one.all_priced() for one in orders):
        yield reason(
            "allowance_exceeded",
            "The campaign limits the value and a product has no price; give it one, or approve.",
        )
    totals: dict[str, int] = {}
    for one in claims:
        for currency, amount in one["values"].items():
            totals[currency] = totals.get(currency, 0) + amount
    for currency, amount in totals.items():
        if amount > limit:
            yield reason(
                "allowance_exceeded",
                f"The creator's gifts would be worth {amount} {currency} where the campaign "
                f"allows {limit} (in minor units); approve it all the same, or reject it.",
            )
