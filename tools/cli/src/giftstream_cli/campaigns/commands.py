"""`giftstream campaigns list|show|publish|close`."""

from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.brands.asking import campaign_api, campaign_url
from giftstream_cli.campaigns.asking import LOOK, Campaign, campaign_path
from giftstream_cli.campaigns.create import create_campaign, edit_campaign
from giftstream_cli.campaigns.spending import spending_of, with_spending
from giftstream_cli.failures import NotHeld
from giftstream_cli.ids import looked_up
from giftstream_cli.making import tell, would_send
from giftstream_cli.output import print_json, print_table, say

app = typer.Typer(no_args_is_help=True, help="Campaigns: from which stores, and how much of it.")
app.command("create")(create_campaign)
app.command("edit")(edit_campaign)

COLUMNS = ("campaign", "brand", "name", "type", "status", "approves", "stores")


@app.command("list")
def list_campaigns(
    brand: Annotated[str | None, typer.Option(metavar="BRAND_ID", help="Of this brand.")] = None,
    limit: options.Limit = 200,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """List campaigns.

    Examples:

    \b
      giftstream campaigns list --brand BRAND_ID
    """
    with campaign_api(url, api_key) as api, looked_up("See `giftstream brands list`."):
        found, more = api.pages("/campaigns", {"brand_id": brand} if brand else {}, limit)
    if json:
        print_json({"items": found, "more": more})
        return
    print_table(COLUMNS, [_row(campaign) for campaign in found])
    if more:
        say(f"There are more: raise --limit above {limit}.")
    elif not found:
        say("There is none: `giftstream campaigns create --help` says how to make one.")


def _row(campaign: dict[str, Any]) -> tuple[object, ...]:
    names = ("campaign_id", "brand_id", "name", "type", "status")
    approves = "by itself" if campaign["auto_approve"] else "a person"
    return (*(campaign[name] for name in names), approves, len(campaign["stores"]))


@app.command("show")
def show_campaign(
    campaign_id: Campaign,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Show one campaign: its limits, stores and countries, and how much of its budget is spent.

    Amounts are in minor units (cents). With --json what is spent is in `spending`: null where the
    budget is unlimited, or order-placement, which counts, could not be asked.

    Examples:

    \b
      giftstream campaigns show CAMPAIGN_ID
    """
    with campaign_api(url, api_key) as api, looked_up(LOOK):
        campaign = api.get(campaign_path(campaign_id))
    spending = spending_of(campaign, api_key)
    shown = {**campaign, "spending": spending} if json else with_spending(campaign, spending)
    tell(shown, "campaign_id", quiet=False, json=json)


@app.command("publish")
def publish_campaign(
    campaign_id: Campaign,
    reopen: Annotated[bool, typer.Option("--reopen", help="Though it was closed.")] = False,
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Open a campaign for selections. Refused while a limit is missing; twice is harmless.

    Examples:

    \b
      giftstream campaigns publish CAMPAIGN_ID
      giftstream campaigns publish CAMPAIGN_ID --reopen
    """
    path = campaign_path(campaign_id, "/reopen" if reopen else "/publish")
    if dry_run:
        return would_send("POST", f"{campaign_url(url)}{path}", {}, json=json)
    with campaign_api(url, api_key) as api, looked_up(LOOK):
        campaign = _published(api.post, path)
    notices = [] if json else campaign.pop("notices", [])
    tell(campaign, "campaign_id", quiet=False, json=json)
    for notice in notices:
        say(str(notice["detail"]))
    return None


def _published(post: Any, path: str) -> dict[str, Any]:
    try:
        campaign: dict[str, Any] = post(path, {})
    except NotHeld as failed:
        if (how := _HOW.get(failed.problem or "")) is None:
            raise
        raise NotHeld(f"{failed.sentence} {how}", failed.problem) from failed
    return campaign


_HOW = {
    "missing_limit": "`giftstream campaigns edit CAMPAIGN_ID --items N|unlimited …` sets them.",
    "campaign_closed": "`giftstream campaigns publish CAMPAIGN_ID --reopen` opens it again.",
}


@app.command("close")
def close_campaign(
    campaign_id: Campaign,
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Take no more selections; orders that exist go on. `publish --reopen` takes it back.

    Examples:

    \b
      giftstream campaigns close CAMPAIGN_ID
    """
    path = campaign_path(campaign_id, "/close")
    if dry_run:
        return would_send("POST", f"{campaign_url(url)}{path}", {}, json=json)
    with campaign_api(url, api_key) as api, looked_up(LOOK):
        campaign = api.post(path, {})
    return tell(campaign, "campaign_id", quiet=False, json=json)
