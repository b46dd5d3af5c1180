"""`giftstream keys rotate`."""

from typing import Annotated

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.failures import NOT_HELD
from giftstream_cli.operations.rotating import Rotated, require_one_key, rotate
from giftstream_cli.output import print_json, print_table, progress_bar, say
from giftstream_cli.services import each_service

app = typer.Typer(no_args_is_help=True, help="The sealing keys.")

COLUMNS = ("service", "documents", "rewrapped", "broken", "state")

Service = Annotated[str | None, typer.Option(help="Only this service's values.")]


@app.callback()
def keys() -> None:
    """The sealing keys."""


@app.command("rotate")
def rotate_keys(
    service: Service = None,
    dry_run: options.DryRun = False,
    api_key: options.AdminKey = None,
    json: options.Json = False,
) -> None:
    """Bring every sealed value under the newest sealing key, so that the old one can go.

    Before: add the new key as the first line of the sealing key file, keep the old ones, and
    restart all replicas of all services. Each pass works in small batches beside the traffic and
    is repeated until one finds nothing left. Stop it when you like: the next run goes on with what
    is left. Exit code 1 when a value does not open, each named; nothing is lost by it.

    Examples:

    \b
      giftstream keys rotate --dry-run
      giftstream keys rotate
    """
    known, done = addresses(), list[Rotated]()
    key_id = require_one_key(each_service(known, api_key, service))
    with progress_bar() as bar:
        for name, api in each_service(known, api_key, service):
            done.append(rotate(name, api, bar, dry_run=dry_run))
    if json:
        items = [one.document() for one in done]
        print_json({"dry_run": dry_run, "key_id": key_id, "items": items})
    else:
        print_table(COLUMNS, [one.row() for one in done])
    _tell(done, key_id, dry_run=dry_run)


def _tell(done: list[Rotated], key_id: str, *, dry_run: bool) -> None:
    for one in done:
        for place in one.broken_in:
            say(f"{one.service}: {place} does not open: it was altered, or its key is missing.")
    if dry_run:
        say(f"{sum(one.rewrapped for one in done)} values are not under the key {key_id} yet.")
    elif all(one.clean for one in done):
        say(f"Everything is under the key {key_id}. The other keys may leave the file; keep them")
        say("with the backups of the database that were made before.")
    else:
        say("Not everything is under the new key: leave the old keys in the file, run it again.")
    if any(one.broken for one in done) or not (dry_run or all(one.clean for one in done)):
        raise typer.Exit(NOT_HELD)
