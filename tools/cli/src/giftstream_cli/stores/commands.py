"""`giftstream stores list|check|connect|credentials`."""

from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.api import Api
from giftstream_cli.failures import NOT_HELD
from giftstream_cli.ids import looked_up, path_id
from giftstream_cli.output import print_json, print_lines, print_table, safe, say
from giftstream_cli.stores.connect import connect_store
from giftstream_cli.stores.credentials import replace_credentials

app = typer.Typer(no_args_is_help=True, help="Connect stores, see them, check them.")
app.command("connect")(connect_store)
app.command("credentials")(replace_credentials)

COLUMNS = ("store", "brand", "platform", "name", "shop", "status", "why", "checked")


@app.command("list")
def list_stores(
    brand: Annotated[str | None, typer.Option(help="Of this brand_id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 200,
    url: options.StoreSyncUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """List the connected stores, and what is wrong with those that need attention.

    Examples:

    \b
      giftstream stores list
      giftstream stores list --brand acme --json
    """
    known = addresses()
    with Api(known.service("store-sync", url), known.key(api_key)) as api:
        found, more = api.pages("/stores", {"brand_id": brand} if brand else {}, limit)
    if json:
        print_json({"items": found, "more": more})
        return
    print_table(COLUMNS, [_row(store) for store in found])
    if more:
        say(f"There are more: raise --limit above {limit}.")
    elif not found:
        say("No store is connected yet: `giftstream stores connect --help` says how.")


def _row(store: dict[str, Any]) -> tuple[object, ...]:
    names = ("store_id", "brand_id", "platform", "name", "shop", "status")
    why = " ".join(str(one.get("detail")) for one in store.get("reasons") or ())
    return (*(store.get(name) for name in names), why, store.get("checked_at"))


@app.command("check")
def check_store(
    store_id: Annotated[str, typer.Argument(metavar="STORE_ID", help="As `stores list` names it.")],
    dry_run: options.DryRun = False,
    url: options.StoreSyncUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Ask one store whether it answers, lets us in, permits all that is needed, and calls us back.

    Webhooks that are missing or wrong are registered anew on the way. A store that was disconnected
    and lets us in again is connected again, and its orders go on. Exit code 1 when any check
    failed; each failure says what to do. --dry-run asks the store nothing: it shows what the last
    check found.

    Examples:

    \b
      giftstream stores check 25bb1a1e-…
      giftstream stores check 25bb1a1e-… --dry-run
    """
    path = f"/stores/{path_id(store_id, 'store')}"
    known = addresses()
    with Api(known.service("store-sync", url), known.key(api_key)) as api, looked_up(_LOOK):
        if dry_run:
            return _last(api.get(path), json=json)
        answer = api.post(f"{path}/check", {})
    if json:
        print_json(answer)
    else:
        print_lines([_line(one) for one in answer["checks"]])
    if not answer["ok"]:
        raise typer.Exit(NOT_HELD)
    return None


_LOOK = "See `giftstream stores list`."


def _last(store: dict[str, Any], *, json: bool) -> None:
    if json:
        print_json({"dry_run": True, "store": store})
        return
    print_table(COLUMNS, [_row(store)])
    say("So it was at the last check; the store was not asked.")


def _line(check: dict[str, Any]) -> str:
    word = "ok    " if check["ok"] else "FAILED"
    remedy = f" {check['remedy']}" if check.get("remedy") and not check["ok"] else ""
    return safe(f"{word}  {check['name']}: {check['detail']}{remedy}")
