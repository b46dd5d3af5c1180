"""`giftstream orders place`."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.api import Api
from giftstream_cli.failures import NotHeld, ServerAway, WrongUse
from giftstream_cli.orders.asking import By, Result, asked, decided, orders_api, path_of, tell
from giftstream_cli.orders.choosing import Chosen
from giftstream_cli.orders.printing import previewed
from giftstream_cli.output import say

AT_ONCE = 100
"""So many orders a request: each answers within the command's deadline."""

OVERRIDABLE = (
    "out_of_stock",
    "allowance_exceeded",
    "duplicate_order",
    "campaign_budget_exceeded",
)
"""What a person may decide not to mind; every other reason is released where its cause lies."""

Named = Annotated[
    list[str] | None, typer.Argument(metavar="[ORDER_ID]...", help="One order or several.")
]
Override = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CODE",
        help=f"Place in spite of it: {', '.join(OVERRIDABLE)}; may be repeated. It is recorded "
        "with your name and stays with the order, which counts beyond what the campaign allows. "
        "out_of_stock: the draft is completed in Shopify although the shop has too few, so the "
        "shop owes what it does not have and its stock may fall below zero; what Shopify refuses "
        "all the same is held with its words.",
    ),
]
File = Annotated[
    str | None, typer.Option(metavar="FILE", help="Orders by their ids, one a line; - is stdin.")
]
Status = Annotated[
    str | None,
    typer.Option(help="All orders in this status (pending_review, on_hold), newest first."),
]


Brand = Annotated[str | None, typer.Option(help="With --status: of this brand_id.")]
Campaign = Annotated[str | None, typer.Option(help="With --status: of this campaign_id.")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="With --status: at most so many.")]


def place_orders(
    order_ids: Named = None,
    file: File = None,
    status: Status = None,
    brand: Brand = None,
    campaign: Campaign = None,
    limit: Limit = 1000,
    override: Override = None,
    by: By = None,
    dry_run: options.DryRun = False,
    url: options.Url = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Have orders placed that wait for review or are on hold.

    Each order has its own answer; one that may not be placed stops no other. Asking twice is
    harmless. Exit code 1 when any was not accepted. --dry-run shows what each would meet.

    Examples:

    \b
      giftstream orders place 0b8e7c1e-… 77aa01f3-… --override out_of_stock
      giftstream orders place --status pending_review --campaign spring --dry-run
      giftstream orders place --file ids.txt --by Eva --json
    """
    _known(override or ())
    chosen = Chosen(order_ids or (), file, status, brand, campaign, limit)
    chosen.check()
    with orders_api(url, api_key) as api:
        ids = chosen.of(api)
        if not ids:
            say("No order matches.")
        said = None if dry_run else {"override": override or [], "by": by or None}
        tell(_results(api, ids, said, one_by_one=chosen.by_name), json=json)


def _known(codes: Sequence[str]) -> None:
    for code in codes:
        if code not in OVERRIDABLE:
            raise WrongUse(
                f"--override {code!r}: nobody may decide that; it is one of "
                f"{', '.join(OVERRIDABLE)}. All other reasons go away where their cause lies."
            )


def _results(
    api: Api, ids: Sequence[str], said: dict[str, Any] | None, *, one_by_one: bool
) -> Iterator[Result]:
    """Each order's answer; with nothing said each is only looked at."""
    if said is None:
        return (_would(api, order_id) for order_id in ids)
    if one_by_one:
        return (asked(one, partial(_place, api, one, said)) for one in ids)
    return _in_bulk(api, ids, said)


def _would(api: Api, order_id: str) -> Result:
    path = path_of(order_id, "/preview")
    return asked(order_id, lambda: previewed(order_id, api.get(path)))


def _place(api: Api, order_id: str, said: dict[str, Any]) -> Result:
    return decided(order_id, api.post(path_of(order_id, "/place"), said))


def _in_bulk(api: Api, ids: Sequence[str], said: dict[str, Any]) -> Iterator[Result]:
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        try:
            answers = api.post_listed("/orders/place", {**said, "order_ids": part})
        except (NotHeld, ServerAway) as failed:
            # The request as a whole; each of its orders may be asked for again.
            away = isinstance(failed, ServerAway)
            answers = [{"order_id": o, "detail": failed.sentence, "away": away} for o in part]
        yield from (_answered(one) for one in answers)


def _answered(answer: dict[str, Any]) -> Result:
    reasons = [f"{one.get('code')}: {one.get('detail')}" for one in answer.get("reasons") or ()]
    said = " ".join([answer["detail"] or "", *reasons]).strip() if answer.get("detail") else None
    return {
        "order_id": answer["order_id"],
        "accepted": bool(answer.get("placed")),
        "away": bool(answer.get("away")) or answer.get("code") == "unavailable",
        "status": answer.get("status"),
        "detail": said,
    }
