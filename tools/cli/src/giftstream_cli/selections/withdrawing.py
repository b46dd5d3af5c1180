"""What a withdrawal means for a selection: asked of order-placement, order by order."""

import time
from collections.abc import Mapping
from typing import Any

from giftstream_cli.api import Api
from giftstream_cli.failures import NotHeld
from giftstream_cli.orders.calling_off import WAITING
from giftstream_cli.selections.following import PAUSE_S

Result = dict[str, Any]
"""`{brand_id, selection_id, accepted, away, outcome, detail, orders}`: `accepted` is false where
it was not taken, or came too late for one of the orders."""

Found = Mapping[str, Any]


def result(
    name: tuple[str, str],
    outcome: str,
    detail: str,
    orders: tuple[Result, ...] = (),
    *,
    accepted: bool = True,
    away: bool = False,
) -> Result:
    """One selection's answer."""
    brand_id, selection_id = name
    said = {"brand_id": brand_id, "selection_id": selection_id, "accepted": accepted, "away": away}
    return {**said, "outcome": outcome, "detail": detail, "orders": list(orders)}


def looked(api: Api, path: str) -> Found | None:
    """What order-placement has of the selection, None while that is nothing."""
    try:
        return api.get(path)
    except NotHeld as failed:
        if failed.problem != "not_found":
            raise
        return None


def followed(api: Api, path: str, name: tuple[str, str], within_s: float) -> Result:
    """What became of a withdrawal that was handed in, asked for until it is known or time is up."""
    deadline = time.monotonic() + within_s
    while True:
        found = looked(api, path)
        if (settled := became(name, found)) is not None:
            return settled
        if time.monotonic() > deadline:
            return result(name, "sent", _SENT)
        # Only asking again tells what became of it.
        time.sleep(PAUSE_S)


_SENT = "handed in; `giftstream selections show` tells in a moment what it meant"


def became(name: tuple[str, str], found: Found | None) -> Result | None:
    """What it meant for the selection; None until that is known."""
    withdrawal = (found or {}).get("withdrawal")
    if found is None or not withdrawal:
        return None
    if withdrawal["outcome"] == "refused":
        # One that was here before: campaign signs this one, so it takes that one's place.
        return None
    if not found["orders"]:
        return result(name, "waiting", _KEPT) if found["outcome"] == "withdrawn" else None
    if withdrawal["outcome"] == "waiting" or any(map(_under_way, found["orders"])):
        return None
    return _of_orders(name, "done", [_meant(one) for one in found["orders"]])


_KEPT = "has not come yet; the withdrawal is kept for eight days and counts when it comes"


def _under_way(order: Found) -> bool:
    """The store is asked, or is being asked."""
    return bool(order["cancel_requested"]) and order["status"] == "placing"


def _meant(order: Found) -> Result:
    order_id, status = order["order_id"], order["status"]
    codes = {one["code"] for one in order["reasons"]}
    said, accepted = f"is {status}", status in ("cancelled", "rejected")
    if "withdrawn_too_late" in codes:
        said += f": too late; `giftstream orders cancel {order_id}` takes it back in the store"
    elif "cancel_refused" in codes:
        said += ": the store did not cancel it; see `giftstream orders show`"
    elif order["cancel_requested"]:
        said, accepted = f"{said}: the store is asked to cancel it", True
    return _order(order, said, accepted=accepted)


def foreseen(name: tuple[str, str], found: Found | None) -> Result:
    """For `--dry-run`: what a withdrawal would mean as things are now."""
    if found is None or not (found["orders"] or found["withdrawal"]):
        return result(name, "would_wait", _WOULD_WAIT)
    if found["withdrawal"] and found["withdrawal"]["outcome"] != "refused":
        said = "is withdrawn already; nothing would be done"
        return result(name, "withdrawn_already", said)
    return _of_orders(name, "would_withdraw", [_would(one) for one in found["orders"]])


_WOULD_WAIT = "is not here; the withdrawal would be kept for eight days and count when it comes"


def _would(order: Found) -> Result:
    status = order["status"]
    if status in ("cancelled", "rejected"):
        return _order(order, f"is {status} already, nothing would be done")
    if status in WAITING:
        return _order(order, f"is {status}, would be cancelled")
    if status == "placing":
        said = "is placing, would be cancelled as soon as its outcome is known"
        return _order(order, said)
    return _order(order, f"is {status}: it would be too late, the order would stay", accepted=False)


def _order(order: Found, said: str, *, accepted: bool = True) -> Result:
    known = {"order_id": order["order_id"], "status": order["status"]}
    return {**known, "accepted": accepted, "detail": said}


def _of_orders(name: tuple[str, str], outcome: str, orders: list[Result]) -> Result:
    detail = "; ".join(f"order {one['order_id']} {one['detail']}" for one in orders)
    accepted = all(one["accepted"] for one in orders)
    return result(name, outcome, detail, tuple(orders), accepted=accepted)
