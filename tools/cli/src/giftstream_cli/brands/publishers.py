"""`giftstream brands publishers create|list|remove`."""

from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.api import Api
from giftstream_cli.brands.asking import LOOK, Brand, brand_path, campaign_api, campaign_url
from giftstream_cli.ids import looked_up, path_id
from giftstream_cli.making import made, tell, today, would_send
from giftstream_cli.output import print_json, print_lines, print_table, safe, say

app = typer.Typer(no_args_is_help=True, help="Platforms that may sign selections for a brand.")

COLUMNS = ("key id", "name")


@app.command("create")
def create_publisher(
    brand_id: Brand,
    name: Annotated[str, typer.Option(help="The platform that shall sign.")],
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only KEY_ID:SECRET, for scripts.")
    ] = False,
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.AdminKey = None,
    json: options.Json = False,
) -> None:
    """Let a platform sign selections on Kafka for a brand. Needs the admin key.

    Its secret is shown once; it goes into the platform, or into GIFTSTREAM_PUBLISHER_KEY for
    `events publish`. The same command again on the same day shows the same secret, or makes a new
    one where that one was removed.

    Examples:

    \b
      giftstream brands publishers create BRAND_ID --name our-platform
      export GIFTSTREAM_PUBLISHER_KEY=$(giftstream brands publishers create BRAND_ID --name p -q)
    """
    path, body = brand_path(brand_id, "/publishers"), {"name": name}
    if dry_run:
        return would_send("POST", f"{campaign_url(url)}{path}", body, json=json)
    with campaign_api(url, api_key) as api, looked_up(LOOK):

        def is_there(publisher: dict[str, Any]) -> bool:
            return publisher["key_id"] in [one["key_id"] for one in _of(api, brand_id)]

        publisher, before = made(api, path, body, is_there, day=today())
    if quiet and not json:
        print_lines([f"{publisher['key_id']}:{publisher['secret']}"])
    else:
        tell(publisher, "key_id", quiet=False, json=json)
    say("The same command made it before." if before else "Keep it well: it is shown this once.")
    return None


@app.command("list")
def list_publishers(
    brand_id: Brand,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """List who may sign for a brand; the one named campaign signs what comes over HTTP.

    Examples:

    \b
      giftstream brands publishers list BRAND_ID
    """
    with campaign_api(url, api_key) as api, looked_up(LOOK):
        found = _of(api, brand_id)
    if json:
        print_json({"items": found, "more": False})
    else:
        print_table(COLUMNS, [(one["key_id"], one["name"]) for one in found])


@app.command("remove")
def remove_publisher(
    brand_id: Brand,
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help="As `list` names it.")],
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.AdminKey = None,
    json: options.Json = False,
) -> None:
    """Let a platform sign no more: what it signs from then on is refused.

    Examples:

    \b
      giftstream brands publishers remove BRAND_ID KEY_ID
    """
    path = brand_path(brand_id, f"/publishers/{path_id(key_id, 'publisher')}")
    if dry_run:
        return would_send("DELETE", f"{campaign_url(url)}{path}", None, json=json)
    with campaign_api(url, api_key) as api, looked_up("See `giftstream brands publishers list`."):
        api.delete(path)
    if json:
        print_json({"removed": key_id})
    else:
        print_lines([safe(f"removed {key_id}")])
    return None


def _of(api: Api, brand_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(brand_path(brand_id))["publishers"]
    return found
