"""What a gift order asks of its store, and whether what the store has is just that."""

from collections.abc import Sequence
from dataclasses import replace

from giftstream.events import Recipient
from giftstream.sealing import Sealing

from order_placement.placing.gift_order import GiftOrder
from order_placement.recipients import open_recipient
from order_placement.store import HandleState, StoreProfile, Wanted, WantedLine, mark_of

NOTE = "Creator gift {order_id}"


def chosen_method(order: GiftOrder, profile: StoreProfile) -> str | None:
    """A person's choice, else the country's, else the store's default, else None: the store's
    own rule decides."""
    if not order.document["needs_shipping"]:
        return None
    country = order.document["country"] or ""
    by_country = profile.methods_by_country.get(country)
    return order.document["shipping_method"] or by_country or profile.default_method


def wanted(order: GiftOrder, profile: StoreProfile, recipient: Recipient) -> Wanted:
    """All that the store order needs, but for a method that the store itself has to choose."""
    document = order.document
    value = document["retail_value"] or {}
    return Wanted(
        order_id=order.id,
        lines=tuple(WantedLine(one["variant_ref"], one["quantity"]) for one in document["lines"]),
        recipient=recipient,
        shipping_method=chosen_method(order, profile),
        currency=profile.currency or value["currency"],
        label=profile.label,
        note=NOTE.format(order_id=order.id),
        content=order.content,
    )


def with_method(asked: Wanted, method: str) -> Wanted:
    """The same with a shipping method."""
    return replace(asked, shipping_method=method)


def opened(sealing: Sealing, order: GiftOrder) -> Recipient:
    """The recipient, in the clear only for as long as the work on the order lasts."""
    return open_recipient(sealing, order.document)


def differences(order: GiftOrder, profile: StoreProfile, seen: HandleState) -> list[str]:
    """What is not as it was asked, in words for people; the total is not among it."""
    found = []
    if seen.mark != mark_of(order.id):
        found.append("the mark is missing")
    if seen.content != order.content:
        # The recipient is nowhere else compared: the store may write an address in its own way.
        found.append("it is from before or after an edit of the order")
    asked_lines = [
        WantedLine(one["variant_ref"], one["quantity"]) for one in order.document["lines"]
    ]
    if _counted(seen.lines) != _counted(asked_lines):
        found.append("the lines are not those of the gift")
    if order.document["needs_shipping"]:
        method = chosen_method(order, profile)
        if not seen.shipping_method:
            found.append("there is no shipping method")
        elif method is not None and method != seen.shipping_method:
            found.append("the shipping method is another one")
    return found


def _counted(lines: Sequence[WantedLine]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for line in lines:
        counted[line.variant_ref] = counted.get(line.variant_ref, 0) + line.quantity
    return counted
