"""`giftstream orders reject|cancel`."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.api import Api
from giftstream_cli.orders.asking import (
    By,
    Ids,
    Result,
    asked,
    decided,
    orders_api,
    path_of,
    result,
    tell,
)

WAITING = ("pending_review", "on_hold", "approved")
IN_THE_STORE = ("placing", "placed", "partially_fulfilled")

Reason = Annotated[
    str | None,
    typer.Option(help="Why, in words that the creator is told too."),
]


def reject_orders(
    order_ids: Ids,
    reason: Reason = None,
    by: By = None,
    dry_run: options.DryRun = False,
    url: options.Url = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Say that there will be no order, before anything is placed. It is final.

    The creator is told, with the reason, and what the order took of the allowance is free again.

    Examples:

    \b
      giftstream orders reject 0b8e7c1e-… --reason "We cannot send this one to your country."
    """
    _each("reject", order_ids, reason, by, dry_run, url, api_key, json)


def cancel_orders(
    order_ids: Ids,
    reason: Reason = None,
    by: By = None,
    dry_run: options.DryRun = False,
    url: options.Url = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Take orders back: at once while they wait, in the store once they are placed there.

    In the store it is done by the store's lane, without refund or mail of the store, restocked.
    What has left the store is not cancelled (exit code 1): it comes back as a return.

    Examples:

    \b
      giftstream orders cancel 0b8e7c1e-… --reason "We sent you the wrong size."
      giftstream orders cancel 0b8e7c1e-… --dry-run
    """
    _each("cancel", order_ids, reason, by, dry_run, url, api_key, json)


def _each(
    verb: str,
    order_ids: list[str],
    reason: str | None,
    by: str | None,
    dry_run: bool,
    url: str | None,
    api_key: str | None,
    json: bool,
) -> None:
    paths = {order_id: path_of(order_id) for order_id in order_ids}
    said = {"reason": reason, "by": by or None}
    with orders_api(url, api_key) as api:

        def one(order_id: str, path: str) -> Result:
            if dry_run:
                return _would(verb, order_id, api.get(path))
            return _done(api, order_id, f"{path}/{verb}", said)

        tell((asked(o, partial(one, o, path)) for o, path in paths.items()), json=json)


def _done(api: Api, order_id: str, path: str, said: dict[str, Any]) -> Result:
    return decided(order_id, api.post(path, said))


def _would(verb: str, order_id: str, order: Mapping[str, Any]) -> Result:
    status = str(order.get("status"))
    ended = {"reject": "rejected", "cancel": "cancelled"}[verb]
    if status == ended:
        said, accepted = f"is {status} already, nothing would be done", True
    elif status in WAITING:
        said, accepted = f"is {status}, would be {ended}", True
    elif verb == "cancel" and status in IN_THE_STORE:
        said, accepted = f"is {status}, would be cancelled in the store", True
    else:
        said, accepted = f"is {status}, cannot be {ended}", False
    return result(order_id, accepted=accepted, status=status, detail=said)
