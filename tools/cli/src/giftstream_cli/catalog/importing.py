"""`giftstream catalog import`: asks for the jobs, and stays until they are done."""

import time
from typing import Annotated, Any

import typer
from giftstream.identity import new_id
from rich.progress import Progress, TaskID

from giftstream_cli import options
from giftstream_cli.api import Api
from giftstream_cli.brands.asking import campaign_api, campaign_url
from giftstream_cli.campaigns.asking import LOOK, Campaign, campaign_path
from giftstream_cli.failures import NOT_HELD, NotHeld, WrongUse
from giftstream_cli.ids import looked_up
from giftstream_cli.making import known, would_send
from giftstream_cli.output import print_json, print_table, progress_bar, say

COLUMNS = ("store", "status", "imported", "turned away", "import")
PAUSE_S = 0.3
MOST_TOLD = 20

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

Job = dict[str, Any]


def import_products(
    campaign_id: Campaign,
    product_refs: Refs = None,
    all_: All = False,
    store: Stores = None,
    wait: Wait = True,
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Put products of the campaign's stores into its catalog, with price, cost and image.

    Stays until it is done; Ctrl-C ends only the watching. Importing again is harmless and reads
    everything anew. What a store's product lacks to be given is named and left out (exit code 0);
    exit code 1 when an import failed, or Ctrl-C came before its end.

    Examples:

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
            jobs = _finished(api, jobs)
    _tell(jobs, json=json)
    if any(job["status"] == "failed" or (wait and job["finished_at"] is None) for job in jobs):
        raise typer.Exit(NOT_HELD)
    return None


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


def _finished(api: Api, jobs: list[Job]) -> list[Job]:
    """Each as it ended, or as it was last seen when Ctrl-C came."""
    seen = {job["import_id"]: job for job in jobs}
    try:
        with progress_bar() as bar:
            tasks = {one: bar.add_task(f"Importing from {seen[one]['store_id']}") for one in seen}
            while running := [one for one in seen if seen[one]["finished_at"] is None]:
                for one in running:
                    seen[one] = api.get(f"/imports/{one}")
                    _show(bar, tasks[one], seen[one])
                # Only asking again tells how far it is.
                time.sleep(PAUSE_S)
    except KeyboardInterrupt:
        say("The import goes on without you; `giftstream catalog list` shows what is there.")
    return list(seen.values())


def _show(bar: Progress, task: TaskID, job: Job) -> None:
    bar.update(task, total=job["total"], completed=job["done"])


def _tell(jobs: list[Job], *, json: bool) -> None:
    if json:
        print_json({"items": jobs})
    else:
        print_table(COLUMNS, [_row(job) for job in jobs])
    for job in jobs:
        for one in job["rejected"][:MOST_TOLD]:
            what = one["variant_ref"] or one["product_ref"]
            say(f"{what} was left out: {one['reason']['detail']}")
        if job["error"]:
            say(f"From {job['store_id']} it failed: {job['error']['detail']}")


def _row(job: Job) -> tuple[object, ...]:
    names = ("store_id", "status", "imported", "rejected_count", "import_id")
    return tuple(job[name] for name in names)
