"""`giftstream catalog follow`: import jobs, watched until they are done."""

import time
from typing import Annotated, Any

import typer
from rich.progress import Progress, TaskID

from giftstream_cli import options
from giftstream_cli.api import Api
from giftstream_cli.brands.asking import campaign_api
from giftstream_cli.failures import NOT_HELD
from giftstream_cli.ids import looked_up, path_id
from giftstream_cli.output import print_json, print_table, progress_bar, say

COLUMNS = ("store", "status", "imported", "turned away", "import")
PAUSE_S = 0.3
MOST_TOLD = 20
LONGEST_S = 3600.0

Within = Annotated[
    float,
    typer.Option("--within", metavar="SECONDS", min=0, help="Stay so long at most; it goes on."),
]
Imports = Annotated[
    list[str], typer.Argument(metavar="IMPORT_ID...", help="As `catalog import` named them.")
]

Job = dict[str, Any]


def follow_imports(
    import_ids: Imports,
    within: Within = LONGEST_S,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Watch imports that were begun before, or see how they ended.

    Ctrl-C ends only the watching. Exit code 1 when an import failed, or is not done yet.

    Examples:

    \b
      giftstream catalog follow IMPORT_ID
      giftstream catalog follow IMPORT_ID --within 0 --json
    """
    paths = [path_of(one) for one in dict.fromkeys(import_ids)]
    with campaign_api(url, api_key) as api, looked_up(_LOOK):
        jobs = finished(api, [api.get(path) for path in paths], within)
    tell(jobs, json=json)
    end(jobs)


_LOOK = "`giftstream catalog import` prints the ids of its imports."


def path_of(import_id: str) -> str:
    """An import's address. Raises WrongUse."""
    return f"/imports/{path_id(import_id, 'import')}"


def finished(api: Api, jobs: list[Job], within_s: float) -> list[Job]:
    """Each as it ended, or as it was last seen when Ctrl-C came or time was up."""
    seen = {job["import_id"]: job for job in jobs}
    try:
        _watch(api, seen, time.monotonic() + within_s)
        stayed = "It is not done yet, and goes on by itself."
    except KeyboardInterrupt:
        stayed = "The import goes on without you."
    if running := [one for one in seen if seen[one]["finished_at"] is None]:
        say(f"{stayed} Follow it again: {again(running)}")
    return list(seen.values())


def again(import_ids: list[str]) -> str:
    """The command that goes on with watching these."""
    return f"`giftstream catalog follow {' '.join(import_ids)}`"


def _watch(api: Api, seen: dict[str, Job], deadline: float) -> None:
    with progress_bar() as bar:
        tasks = {one: bar.add_task(f"Importing from {seen[one]['store_id']}") for one in seen}
        while running := [one for one in seen if seen[one]["finished_at"] is None]:
            for one in running:
                seen[one] = api.get(path_of(one))
                _show(bar, tasks[one], seen[one])
            if time.monotonic() > deadline:
                return
            # Only asking again tells how far it is.
            time.sleep(PAUSE_S)


def _show(bar: Progress, task: TaskID, job: Job) -> None:
    bar.update(task, total=job["total"], completed=job["done"])


def tell(jobs: list[Job], *, json: bool) -> None:
    """How far each is, what it left out, and why it failed."""
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


def end(jobs: list[Job], *, waited: bool = True) -> None:
    """Exit 1 when an import failed, or was waited for and is not done."""
    if any(job["status"] == "failed" or (waited and job["finished_at"] is None) for job in jobs):
        raise typer.Exit(NOT_HELD)


def _row(job: Job) -> tuple[object, ...]:
    names = ("store_id", "status", "imported", "rejected_count", "import_id")
    return tuple(job[name] for name in names)
