"""`giftstream brands keys create|list|revoke`."""

import time
from typing import Annotated, Any

import typer
from giftstream.http.scopes import SCOPES

from giftstream_cli import options
from giftstream_cli.addresses import Addresses, addresses
from giftstream_cli.api import Api
from giftstream_cli.brands.asking import LOOK, Brand, brand_path, campaign_api, campaign_url
from giftstream_cli.failures import ServerAway, WrongUse
from giftstream_cli.ids import looked_up, path_id
from giftstream_cli.making import KNOWN_WITHIN_S, PAUSE_S, made, tell, today, would_send
from giftstream_cli.output import print_json, print_lines, print_table, say

app = typer.Typer(no_args_is_help=True, help="API keys of a brand: made, listed, revoked.")

COLUMNS = ("prefix", "name", "scopes", "expires", "created")

# A route of each service that needs the key and little else: whether it is known there.
_ELSEWHERE = {
    "order-placement": "/orders?limit=1",
    "store-sync": "/stores?limit=1",
    "notification": "/messages?order_id=none",
}


@app.command("create")
def create_key(
    brand_id: Brand,
    name: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="SCOPE", help="What it may do, as orders:read; may be repeated."),
    ] = None,
    all_scopes: Annotated[bool, typer.Option("--all-scopes", help="Everything.")] = False,
    expires_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="2027-01-31T00:00:00Z; else never.")
    ] = None,
    quiet: options.Quiet = False,
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.AdminKey = None,
    json: options.Json = False,
) -> None:
    """Make an API key that sees this brand alone. Needs the admin key.

    Returns once every service whose address is known accepts it. The same command again on
    the same day shows the same key, or makes a new one where that one was revoked.

    Examples:

    \b
      giftstream brands keys create BRAND_ID --name shop-team --scope orders:read
      export GIFTSTREAM_KEY=$(giftstream brands keys create BRAND_ID --name me --all-scopes -q)
    """
    body = {"name": name, "scopes": _scopes(scope, all_scopes=all_scopes)}
    body |= {"expires_at": expires_at} if expires_at else {}
    path = brand_path(brand_id, "/keys")
    if dry_run:
        return would_send("POST", f"{campaign_url(url)}{path}", body, json=json)
    with campaign_api(url, api_key) as api, looked_up(LOOK):
        key, before = _made(api, path, body)
    tell(key, "key", quiet=quiet, json=json)
    say("It is the key that the same command made before." if before else _KEEP)
    _until_known(addresses(), key["key"])
    return None


def _made(api: Api, path: str, body: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    def is_there(key: dict[str, Any]) -> bool:
        return any(one["prefix"] == key["prefix"] for one in api.get(path)["items"])

    return made(api, path, body, is_there, day=today())


_KEEP = "Keep it well: it can be revoked, not looked up."


@app.command("list")
def list_keys(
    brand_id: Brand,
    url: options.CampaignUrl = None,
    api_key: options.AdminKey = None,
    json: options.Json = False,
) -> None:
    """List a brand's API keys, without their secrets.

    Examples:

    \b
      giftstream brands keys list BRAND_ID
    """
    with campaign_api(url, api_key) as api, looked_up(LOOK):
        found = api.get(brand_path(brand_id, "/keys"))["items"]
    if json:
        print_json({"items": found, "more": False})
        return
    print_table(COLUMNS, [_row(key) for key in found])
    if not found:
        say("It has none: `giftstream brands keys create --help` says how to make one.")


def _row(key: dict[str, Any]) -> tuple[object, ...]:
    scopes = "all" if set(key["scopes"]) == SCOPES else " ".join(key["scopes"])
    return (key["prefix"], key["name"], scopes, key["expires_at"], key["created_at"])


@app.command("revoke")
def revoke_key(
    brand_id: Brand,
    prefix: Annotated[str, typer.Argument(metavar="PREFIX", help="As `keys list` names it.")],
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.AdminKey = None,
    json: options.Json = False,
) -> None:
    """Revoke an API key: campaign refuses it at once, the others as soon as they hear of it.

    Examples:

    \b
      giftstream brands keys revoke BRAND_ID 1f0c9a523c0e
    """
    path = brand_path(brand_id, f"/keys/{path_id(_prefix(prefix), 'key')}")
    if dry_run:
        return would_send("DELETE", f"{campaign_url(url)}{path}", None, json=json)
    with campaign_api(url, api_key) as api, looked_up("See `giftstream brands keys list`."):
        api.delete(path)
    if json:
        print_json({"revoked": _prefix(prefix)})
    else:
        print_lines([f"revoked {_prefix(prefix)}"])
    return None


def _prefix(given: str) -> str:
    # Somebody who pastes the whole key means its middle.
    return given.split("_")[1] if given.startswith("gs_") and given.count("_") > 1 else given


def _scopes(given: list[str] | None, *, all_scopes: bool) -> list[str]:
    known = ", ".join(sorted(SCOPES))
    if bool(given) == all_scopes:
        raise WrongUse(f"Say what the key may do: --all-scopes, or --scope with one of {known}.")
    if wrong := sorted(set(given or ()) - SCOPES):
        raise WrongUse(f"There is no scope {wrong[0]}; there are {known}.")
    return sorted(SCOPES) if all_scopes else list(dict.fromkeys(given or ()))


def _until_known(known: Addresses, key: str) -> None:
    """The others hear of a key from campaign: whoever goes on with it shall not meet a 401."""
    deadline = time.monotonic() + KNOWN_WITHIN_S
    for name, path in _ELSEWHERE.items():
        if (url := known.maybe_service(name)) is None:
            continue
        with Api(url, key) as api:
            while not _accepts(api, path):
                if time.monotonic() > deadline:
                    say(f"{name} has not heard of the key yet: wait a moment before you use it.")
                    break
                time.sleep(PAUSE_S)


def _accepts(api: Api, path: str) -> bool:
    try:
        return api.knows_key(path)
    except ServerAway:
        return False
