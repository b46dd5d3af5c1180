"""`giftstream catalog import|follow|list`."""

from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.brands.asking import campaign_api
from giftstream_cli.campaigns.asking import LOOK, Campaign, campaign_path
from giftstream_cli.catalog.following import follow_imports
from giftstream_cli.catalog.importing import import_products
from giftstream_cli.ids import looked_up
from giftstream_cli.output import print_json, print_table, say

app = typer.Typer(no_args_is_help=True, help="A campaign's products, imported from its stores.")
app.command("import")(import_products)
app.command("follow")(follow_imports)

COLUMNS = ("item", "store", "product", "variant", "sku", "title", "price", "status")


@app.command("list")
def list_items(
    campaign_id: Campaign,
    store: Annotated[
        str | None, typer.Option(metavar="STORE_ID", help="Only those of this store.")
    ] = None,
    limit: options.Limit = 200,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """List what a campaign offers: its ids and SKUs are what selections name.

    Examples:

    \b
      giftstream catalog list CAMPAIGN_ID
      giftstream catalog list CAMPAIGN_ID --store STORE_ID --json
    """
    with campaign_api(url, api_key) as api, looked_up(LOOK):
        found, more = api.pages(campaign_path(campaign_id, "/catalog"), {}, limit)
    found = [one for one in found if store in (None, one["store_id"])]
    if json:
        print_json({"items": found, "more": more})
        return
    print_table(COLUMNS, [_row(item) for item in found])
    if more:
        say(f"There are more: raise --limit above {limit}.")
    elif not found:
        say("It offers nothing yet: `giftstream catalog import` fills it.")


def _row(item: dict[str, Any]) -> tuple[object, ...]:
    names = ("item_id", "store_id", "product_ref", "variant_ref", "sku")
    title = " ".join(str(item[name]) for name in ("title", "variant_title") if item.get(name))
    price = f"{item['retail_price']['amount']} {item['retail_price']['currency']}"
    return (*(item[name] for name in names), title, price, item["status"])
