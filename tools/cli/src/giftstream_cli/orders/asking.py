"""What the commands about orders have in common: one answer an order, and how a run ends."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer

from giftstream_cli.addresses import addresses
from giftstream_cli.api import Api
from giftstream_cli.failures import AWAY, NOT_HELD, NotHeld, ServerAway, WrongUse
from giftstream_cli.output import print_json, print_lines, safe

Result = dict[str, Any]
"""`{order_id, accepted, away, status, detail}`."""

Id = Annotated[str, typer.Argument(metavar="ORDER_ID", help="The order's id.")]
Ids = Annotated[list[str], typer.Argument(metavar="ORDER_ID...", help="One order or several.")]
By = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        envvar="USER",
        show_envvar=True,
        help="Who decides so; it is kept with the order.",
    ),
]


def orders_api(url: str | None, api_key: str | None) -> Api:
    """order-placement, as the options, the environment or run.json name it."""
    known = addresses()
    return Api(known.service("order-placement", url), known.key(api_key))


def path_of(order_id: str, verb: str = "") -> str:
    """The order's route. Raises WrongUse for what can be no id."""
    if not order_id or not order_id.isprintable() or set("/?#%\\") & set(order_id):
        raise WrongUse("An order id is 1–128 printable characters without / ? # %.")
    return f"/orders/{order_id}{verb}"


def result(
    order_id: str, *, accepted: bool, status: object = None, detail: str | None = None
) -> Result:
    """One order's answer."""
    said = {"order_id": order_id, "accepted": accepted, "away": False}
    return {**said, "status": status, "detail": detail}


def asked(order_id: str, ask: Callable[[], Result]) -> Result:
    """What `ask` answers; a failure is an answer too, so that it stops no other order."""
    try:
        return ask()
    except (NotHeld, ServerAway) as failed:
        away = isinstance(failed, ServerAway)
        return {**result(order_id, accepted=False, detail=failed.sentence), "away": away}


def decided(order_id: str, order: Mapping[str, Any]) -> Result:
    """An order after a decision about it. One that is still on hold was not placed."""
    status = order.get("status", "accepted")
    told = [str(one.get("detail")) for one in order.get("reasons") or ()]
    if status == "on_hold":
        held = " ".join(["It is still on hold.", *told])
        return result(order_id, accepted=False, status=status, detail=held)
    detail = " ".join([f"{status}:", *told]) if told else None
    return result(order_id, accepted=True, status=status, detail=detail)


def tell(results: Iterable[Result], *, json: bool) -> None:
    """Each answer as it comes, or one document; then exit 1 or 3 unless all were accepted."""
    told: list[Result] = []
    for one in results:
        told.append(one)
        if not json:
            print_lines([safe(f"{one['order_id']}  {one['detail'] or one['status']}")])
    if json:
        print_json({"items": told})
    end(told)


def end(results: Sequence[Result]) -> None:
    """Exit 3 when a server was away, 1 when anything was not accepted."""
    if any(one["away"] for one in results):
        raise typer.Exit(AWAY)
    if not all(one["accepted"] for one in results):
        raise typer.Exit(NOT_HELD)
