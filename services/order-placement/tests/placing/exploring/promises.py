"""Never two, never none: what must hold at every moment, what in the end, what each rule says."""

from exploring.outside import Document, Shop

STILL_WANTED = ("approved", "placing")
IN_THE_STORE = "placed"


def two_live_orders(_: Document, shop: Shop) -> str | None:
    """The one thing that must never be."""
    return "two live orders" if len(shop.live) > 1 else None


def broken_now(order: Document, shop: Shop) -> str | None:
    """The first promise that does not hold at this moment."""
    return two_live_orders(order, shop) or _not_as_stored(order, shop) or _not_visible(order)


def _not_as_stored(order: Document, shop: Shop) -> str | None:
    status, committed = order["status"], [one.handle for one in shop.committed]
    if any(handle != order["placing"]["handle"] for handle in committed):
        return "a handle was committed that is not the stored one"
    if status in ("rejected", "cancelled") and committed:
        return f"{status}, and in the store all the same"
    if status == IN_THE_STORE:
        said = order["store_order"]["id"]
        if said not in [one.store_order.id for one in shop.committed if one.store_order]:
            return "placed, and no order in the store"
    return None


def _not_visible(order: Document) -> str | None:
    if order["told"] > 1:
        return "order.created was said twice"
    if order["status"] == "on_hold" and not order["reasons"]:
        return "on hold without a reason"
    if order["status"] in STILL_WANTED and order["due_at"] is None:
        return "nobody will ever look at it again"
    return None


def broken_permission(order: Document, shop: Shop) -> str | None:
    """What is permitted costs nothing, and is what the order says now."""
    handle = order["placing"]["handle"]
    draft = next((one for one in shop.open if one.handle == handle), None)
    if draft is None:
        return None
    if draft.content != order.get("content", 0):
        return "an earlier content was permitted"
    return None if draft.total == 0 else "something that costs was permitted"


def broken_discard(order: Document, handle: str) -> str | None:
    """Rule 5."""
    if handle in order["placing"]["discarded"]:
        return None
    return "a handle was discarded that is not recorded as discarded"


def broken_in_the_end(order: Document, shop: Shop) -> str | None:
    """When all has come to rest, without faults, held ones placed again and a sweep done."""
    status, asked = order["status"], order["placing"]["cancel_requested"]
    if status not in (IN_THE_STORE, "cancelled", "rejected"):
        return f"it stays {status}"
    if shop.open:
        return "something prepared was left in the store"
    if status != IN_THE_STORE:
        return None
    refused = order["placing"].get("cancel_refused")
    if asked and not refused:
        return "a cancel that a person asked for was not done" if shop.live else None
    # Refused to one worker, done for another: it was asked for, and following the store's order
    # shows that it is cancelled.
    if shop.cancelled and not asked and not refused:
        return "cancelled, and nobody asked for it"
    return None if shop.live or shop.cancelled else "no live order"
