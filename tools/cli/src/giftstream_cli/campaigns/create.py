"""`giftstream campaigns create|edit`."""

from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.api import Api
from giftstream_cli.brands.asking import campaign_api, campaign_url
from giftstream_cli.campaigns import asking
from giftstream_cli.campaigns.asking import LOOK, budgeted, campaign_path, described, limits
from giftstream_cli.failures import WrongUse
from giftstream_cli.ids import looked_up
from giftstream_cli.making import made, tell, would_send
from giftstream_cli.output import say

AutoApprove = Annotated[
    bool, typer.Option("--auto-approve", help="Orders that meet every rule need no person.")
]
Approval = Annotated[
    bool | None,
    typer.Option("--auto-approve/--review", help="Whether such orders wait for a person."),
]
Brand = Annotated[
    str | None,
    typer.Option(metavar="BRAND_ID", help="Whose; a brand's own key needs not say it."),
]


def create_campaign(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.")],
    brand: Brand = None,
    campaign_type: asking.Type = "product_gifting",
    store: asking.Stores = None,
    country: asking.Countries = None,
    items: asking.Items = None,
    value: asking.Value = None,
    orders_per_creator: asking.Orders = None,
    unlimited: asking.Unlimited = False,
    budget: asking.Budget = None,
    auto_approve: AutoApprove = False,
    another: options.Another = False,
    quiet: options.Quiet = False,
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Create a campaign as a draft: from which stores, and how much each creator may get.

    A limit is a number or the word unlimited; `campaigns publish` refuses one that is missing. Of
    several stores the country decides, then their order here. Repeated, it finds what it made.

    Examples:

    \b
      giftstream campaigns create "Spring" --brand BRAND_ID --store STORE_ID --unlimited
      … --items 2 --value 10000 --orders-per-creator 1 --budget '500000 EUR' --store S2
    """
    body: dict[str, Any] = {"name": name, **({"brand_id": brand} if brand else {})}
    body |= described(campaign_type, store or [], country or [])
    body |= {"auto_approve": auto_approve, **budgeted(budget)}
    body |= {"allowance": limits(items, value, orders_per_creator, unlimited=unlimited)}
    if dry_run:
        return would_send("POST", f"{campaign_url(url)}/campaigns", body, json=json)
    with campaign_api(url, api_key) as api, looked_up(LOOK), looked_up(_WHOSE, "brand_required"):
        campaign, before = _created(api, body, another=another)
    tell(campaign, "campaign_id", quiet=quiet, json=json)
    return say("It was there already: the same command made it before." if before else _NEXT)


def _created(api: Api, body: dict[str, Any], *, another: bool) -> tuple[dict[str, Any], bool]:
    campaign, before = made(api, "/campaigns", body, another=another)
    # The answer from before tells of the campaign as it was then.
    return (api.get(campaign_path(campaign["campaign_id"])) if before else campaign), before


_WHOSE = "Give --brand BRAND_ID; see `giftstream brands list`."
_NEXT = "Next: `giftstream catalog import`, then `giftstream campaigns publish`."


def edit_campaign(
    campaign_id: asking.Campaign,
    name: Annotated[str | None, typer.Option(help="A new name.")] = None,
    campaign_type: asking.Type = None,
    store: asking.Stores = None,
    country: asking.Countries = None,
    items: asking.Items = None,
    value: asking.Value = None,
    orders_per_creator: asking.Orders = None,
    unlimited: asking.Unlimited = False,
    budget: asking.Budget = None,
    auto_approve: Approval = None,
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Change a campaign, also after it was published; open orders are judged anew.

    What is not named stays, limits too. Stores and countries are replaced; --country any: anywhere.

    Examples:

    \b
      giftstream campaigns edit CAMPAIGN_ID --items 3
      giftstream campaigns edit CAMPAIGN_ID --store FIRST --store SECOND --review
    """
    allowance = limits(items, value, orders_per_creator, unlimited=unlimited) or None
    named = {"name": name, "auto_approve": auto_approve, "allowance": allowance}
    body: dict[str, Any] = {field: given for field, given in named.items() if given is not None}
    body |= described(campaign_type, store, [] if country == ["any"] else country)
    body |= budgeted(budget)
    if not body:
        raise WrongUse("Say what to change: see `giftstream campaigns edit --help`.")
    path = campaign_path(campaign_id)
    if dry_run:
        return would_send("PATCH", f"{campaign_url(url)}{path}", body, json=json)
    with campaign_api(url, api_key) as api, looked_up(LOOK):
        campaign = api.edit(path, body)
    return tell(campaign, "campaign_id", quiet=False, json=json)
