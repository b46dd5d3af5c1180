"""`giftstream orders list|show|place`."""

from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.api import Api
from giftstream_cli.failures import AWAY, NOT_HELD, NotHeld, ServerAway, WrongUse
from giftstream_cli.orders.printing import COLUMNS, order_lines, previewed, row
from giftstream_cli.output import print_json, print_lines, print_table, safe, say

app = typer.Typer(no_args_is_help=True, help="See orders, and have them placed.")

Id = Annotated[str, typer.Argument(metavar="ORDER_ID", help="The order's id.")]


def _api(url: str | None, api_key: str | None) -> Api:
    known = addresses()
    return Api(known.service("order-placement", url), known.key(api_key))


def _path(order_id: str, verb: str = "") -> str:
    if not order_id or not order_id.isprintable() or set("/?#%\\") & set(order_id):
        raise WrongUse("An order id is 1–128 printable characters without / ? # %.")
    return f"/orders/{order_id}{verb}"


@app.command("list")
def list_orders(
    brand: Annotated[str | None, typer.Option(help="Of this brand_id.")] = None,
    campaign: Annotated[str | None, typer.Option(help="Of this campaign_id.")] = None,
    status: Annotated[
        str | None, typer.Option(help="In this status: on_hold, placed, delivered, …")
    ] = None,
    selection: Annotated[str | None, typer.Option(help="Of this selection_id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
    url: options.Url = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """List orders, newest as the service sorts them.

    Examples:

      giftstream orders list --status on_hold

      giftstream orders list --brand acme --campaign spring --json

      giftstream orders list --selection sel-1001
    """
    asked = {
        "brand_id": brand,
        "campaign_id": campaign,
        "status": status,
        "selection_id": selection,
    }
    with _api(url, api_key) as api:
        found, more = api.pages("/orders", {n: v for n, v in asked.items() if v}, limit)
    if json:
        print_json({"items": found, "more": more})
        return
    print_table(COLUMNS, [row(order) for order in found])
    if more:
        say(f"There are more: raise --limit above {limit}.")
    elif not found:
        say("No order matches. Selections that became no order are refused: see the dead letters.")


@app.command("show")
def show_order(
    order_id: Id,
    url: options.Url = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Show one order: its status, what holds it and what to do, its lines, parcels and times.

    Examples:

      giftstream orders show 0b8e7c1e-…

      giftstream orders show 0b8e7c1e-… --json
    """
    with _api(url, api_key) as api:
        order = api.get(_path(order_id))
    if json:
        print_json(order)
    else:
        print_lines(order_lines(order))


Ids = Annotated[list[str], typer.Argument(metavar="ORDER_ID...", help="One order or several.")]
Override = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CODE",
        help="Place in spite of out_of_stock or allowance_exceeded; may be repeated.",
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        envvar="USER",
        show_envvar=True,
        help="Who decides so; it is kept with the order.",
    ),
]


@app.command("place")
def place_orders(
    order_ids: Ids,
    override: Override = None,
    by: By = None,
    dry_run: options.DryRun = False,
    url: options.Url = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Have orders placed that wait for review or are on hold.

    Each order is asked for by itself; one that may not be placed stops no other. Asking twice is
    harmless. Exit code 1 when any was not accepted. --dry-run shows what each would meet.

    Examples:

      giftstream orders place 0b8e7c1e-…

      giftstream orders place 0b8e7c1e-… 77aa01f3-… --override out_of_stock
    """
    results: list[dict[str, Any]] = []
    body = {"override": override or [], "by": by or None}
    verb = "/preview" if dry_run else "/place"
    paths = [_path(order_id, verb) for order_id in order_ids]
    with _api(url, api_key) as api:
        for order_id, path in zip(order_ids, paths, strict=True):
            result = _placed(api, order_id, path, None if dry_run else body)
            results.append(result)
            if not json:
                print_lines([safe(f"{order_id}  {result['detail'] or result['status']}")])
    if json:
        print_json({"items": results})
    if any(result["away"] for result in results):
        raise typer.Exit(AWAY)
    if not all(result["accepted"] for result in results):
        raise typer.Exit(NOT_HELD)


def _placed(api: Api, order_id: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """Without a body only its preview is looked at, in the same words."""
    try:
        if body is None:
            return previewed(order_id, api.get(path))
        order = api.post(path, body)
    except (NotHeld, ServerAway) as failed:
        return {
            "order_id": order_id,
            "accepted": False,
            "away": isinstance(failed, ServerAway),
            "status": None,
            "detail": failed.sentence,
        }
    status = order.get("status", "accepted")
    holds = [str(one.get("detail")) for one in order.get("reasons") or ()]
    held = status == "on_hold"
    return {
        "order_id": order_id,
        "accepted": not held,
        "away": False,
        "status": status,
        "detail": " ".join(["It is still on hold.", *holds]) if held else None,
    }
