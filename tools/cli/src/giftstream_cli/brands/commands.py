"""`giftstream brands create|edit|list|show`."""

from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.brands import keys, publishers
from giftstream_cli.brands.asking import LOOK, Brand, brand_path, campaign_api, campaign_url
from giftstream_cli.failures import WrongUse
from giftstream_cli.ids import looked_up
from giftstream_cli.making import made, tell, would_send
from giftstream_cli.output import print_json, print_table, say

app = typer.Typer(no_args_is_help=True, help="Brands, their API keys and their publishers.")
app.add_typer(keys.app, name="keys")
app.add_typer(publishers.app, name="publishers")

COLUMNS = ("brand", "name", "unsigned selections", "contacts", "publishers")
UNSIGNED = ("accept", "review", "refuse")

Contacts = Annotated[
    list[str] | None,
    typer.Option("--contact", metavar="EMAIL", help="Is told of held orders; may be repeated."),
]
Unsigned = Annotated[
    str | None,
    typer.Option(
        metavar="|".join(UNSIGNED),
        help="What selections get that no publisher signed; review when nothing is said.",
    ),
]


@app.command("create")
def create_brand(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.")],
    contact: Contacts = None,
    unsigned: Unsigned = None,
    another: options.Another = False,
    quiet: options.Quiet = False,
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.AdminKey = None,
    json: options.Json = False,
) -> None:
    """Create a brand: the first step for whoever wants to give something. Needs the admin key.

    The same command again finds the brand that it made before; --another makes one more.

    Examples:

    \b
      giftstream brands create "Acme" --contact gifts@acme.example
      BRAND=$(giftstream brands create "Acme" --contact gifts@acme.example -q)
    """
    body = {"name": name, "contacts": _contacts(contact) or [], **_unsigned(unsigned)}
    if dry_run:
        return would_send("POST", f"{campaign_url(url)}/brands", body, json=json)
    with campaign_api(url, api_key) as api:
        brand, before = made(api, "/brands", body, another=another)
        if before:
            brand = api.get(brand_path(brand["brand_id"]))
    tell(_fields(brand), "brand_id", quiet=quiet, json=json)
    say("It was there already: the same command made it before." if before else NEXT)
    return None


NEXT = "Next: a key of its own (`brands keys create`) and a store (`stores connect`)."


@app.command("edit")
def edit_brand(
    brand_id: Brand,
    name: Annotated[str | None, typer.Option(help="A new name.")] = None,
    contact: Contacts = None,
    unsigned: Unsigned = None,
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.AdminKey = None,
    json: options.Json = False,
) -> None:
    """Change a brand; what is not named stays. Contacts are replaced by those given.

    Examples:

    \b
      giftstream brands edit BRAND_ID --unsigned refuse
      giftstream brands edit BRAND_ID --contact new@acme.example --contact second@acme.example
    """
    body: dict[str, Any] = {"name": name, "contacts": _contacts(contact), **_unsigned(unsigned)}
    body = {field: value for field, value in body.items() if value is not None}
    if not body:
        raise WrongUse("Say what to change: --name, --contact or --unsigned.")
    path = brand_path(brand_id)
    if dry_run:
        return would_send("PATCH", f"{campaign_url(url)}{path}", body, json=json)
    with campaign_api(url, api_key) as api, looked_up(LOOK):
        brand = api.edit(path, body)
    return tell(_fields(brand), "brand_id", quiet=False, json=json)


@app.command("list")
def list_brands(
    limit: options.Limit = 200,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """List brands; with a brand's own key, that brand.

    Examples:

    \b
      giftstream brands list
    """
    with campaign_api(url, api_key) as api:
        found, more = api.pages("/brands", {}, limit)
    if json:
        print_json({"items": found, "more": more})
        return
    print_table(COLUMNS, [_row(brand) for brand in found])
    if more:
        say(f"There are more: raise --limit above {limit}.")
    elif not found:
        say("There is no brand yet: `giftstream brands create --help` says how to make one.")


@app.command("show")
def show_brand(
    brand_id: Brand,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Show one brand: whom it tells, what unsigned selections get, who may sign for it.

    Examples:

    \b
      giftstream brands show BRAND_ID --json
    """
    with campaign_api(url, api_key) as api, looked_up(LOOK):
        brand = api.get(brand_path(brand_id))
    tell(brand if json else _fields(brand), "brand_id", quiet=False, json=json)


def _contacts(given: list[str] | None) -> list[str] | None:
    for one in given or ():
        if not all(one.partition("@")[::2]):
            raise WrongUse(f"--contact {one!r} is no email address.")
    return given


def _unsigned(unsigned: str | None) -> dict[str, str]:
    if unsigned is None:
        return {}
    if unsigned not in UNSIGNED:
        raise WrongUse(f"--unsigned is one of {', '.join(UNSIGNED)}; not {unsigned!r}.")
    return {"unsigned_selections": unsigned}


def _fields(brand: dict[str, Any]) -> dict[str, Any]:
    named = [f"{one['name']} ({one['key_id']})" for one in brand["publishers"]]
    return {**brand, "publishers": named}


def _row(brand: dict[str, Any]) -> tuple[object, ...]:
    names = ", ".join(str(one["name"]) for one in brand["publishers"])
    contacts = ", ".join(brand["contacts"])
    return (brand["brand_id"], brand["name"], brand["unsigned_selections"], contacts, names)
