"""`giftstream orders`: its table of contents, and the commands that only read."""

from typing import Annotated

import typer

from giftstream_cli import options
from giftstream_cli.orders.asking import Id, orders_api, path_of
from giftstream_cli.orders.calling_off import cancel_orders, reject_orders
from giftstream_cli.orders.editing import edit_order
from giftstream_cli.orders.placing import place_orders
from giftstream_cli.orders.preview import preview_lines
from giftstream_cli.orders.printing import COLUMNS, order_lines, row
from giftstream_cli.output import print_json, print_lines, print_table, say

app = typer.Typer(
    no_args_is_help=True, help="See orders, correct them, have them placed, take them back."
)


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

    \b
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
    with orders_api(url, api_key) as api:
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

    \b
      giftstream orders show 0b8e7c1e-…
      giftstream orders show 0b8e7c1e-… --json
    """
    with orders_api(url, api_key) as api:
        order = api.get(path_of(order_id))
    if json:
        print_json(order)
    else:
        print_lines(order_lines(order))


@app.command("preview")
def preview_order(
    order_id: Id,
    url: options.Url = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Show what would go to the store: recipient, products with their stock read now, amounts.

    Examples:

    \b
      giftstream orders preview 0b8e7c1e-…
    """
    with orders_api(url, api_key) as api:
        found = api.get(path_of(order_id, "/preview"))
    if json:
        print_json(found)
    else:
        print_lines(preview_lines(found))


app.command("place")(place_orders)
app.command("edit")(edit_order)
app.command("reject")(reject_orders)
app.command("cancel")(cancel_orders)
