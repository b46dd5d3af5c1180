"""`giftstream catalog import`: asks for the jobs, and stays until they are done."""

from typing import Annotated

import typer
from giftstream.identity import new_id

from giftstream_cli import options
from giftstream_cli.api import Api
from giftstream_cli.brands.asking import campaign_api, campaign_url
from giftstream_cli.campaigns.asking import LOOK, Campaign, campaign_path
from giftstream_cli.catalog.following import LONGEST_S, Job, Within, again, end, finished, tell
from giftstream_cli.failures import NotHeld, WrongUse
from giftstream_cli.ids import looked_up
from giftstream_cli.making import known, would_send
from giftstream_cli.output import say

Refs = Annotated[
    list[str] | None,
    typer.Argument(metavar="PRODUCT_REF...", help="Products by the store's own ids."),
]
Stores = Annotated[
    list[str] | None,
    typer.Option("--store", metavar="STORE_ID", help="From this store; else from each of them."),
]
All = Annotated[bool, typer.Option("--all", help="Everything that the store has.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Stay until it is done.")]


def import_products(
    campaign_id: Campaign,
    product_refs: Refs = None,
    all_: All = False,
    store: Stores = None,
    wait: Wait = True,
    within: Within = LONGEST_S,
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Put products of the campaign's stores into its catalog, with price, cost and image.

    Stays until it is done; Ctrl-C ends only the watching, and `catalog follow` goes on with it.
    Importing again is harmless and reads everything anew. What a store's product lacks to be given
    is named and left out (exit code 0); exit code 1 when an import failed, or Ctrl-C came before
    its end.

    Examples:

    \b
      giftstream catalog import CAMPAIGN_ID --all
      giftstream catalog import CAMPAIGN_ID --store STORE_ID 8234 8235
    """
    refs = _refs(product_refs or [], store or [], all_=all_)
    path = campaign_path(campaign_id, "/catalog/imports")
    if dry_run:
        body = {"store_id": store[0] if store else "each of the campaign's", "product_refs": refs}
        return would_send("POST", f"{campaign_url(url)}{path}", body, json=json)
    with campaign_api(url, api_key) as api, looked_up(LOOK):
        stores = store or _stores(api, campaign_id)
        jobs = [_start(api, path, one, refs) for one in stores]
        if wait:
            jobs = finished(api, jobs, within)
    tell(jobs, json=json)
    if not wait:
        say(f"See how far it is: {again([job['import_id'] for job in jobs])}")
    return end(jobs, waited=wait)


def _refs(given: list[str], stores: list[str], *, all_: bool) -> str | list[str]:
    if bool(given) == all_:
        raise WrongUse("Name products by their refs, or give --all, and not both.")
    if given and len(stores) != 1:
        raise WrongUse("Say with --store whose products these are.")
    return "all" if all_ else given


def _start(api: Api, path: str, store_id: str, refs: str | list[str]) -> Job:
    # A new key each time: whoever imports again wants the store read again.
    return known(api, path, {"store_id": store_id, "product_refs": refs}, new_id())[0]


def _stores(api: Api, campaign_id: str) -> list[str]:
    stores: list[str] = api.get(campaign_path(campaign_id))["stores"]
    if not stores:
        raise NotHeld(
            "The campaign has no store: give it one with "
            f"`giftstream campaigns edit {campaign_id} --store STORE_ID`."
        )
    return stores
