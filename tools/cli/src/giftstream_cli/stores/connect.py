"""`giftstream stores connect`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.api import Api
from giftstream_cli.countries import codes
from giftstream_cli.failures import CommandFailed, WrongUse
from giftstream_cli.making import made, tell
from giftstream_cli.output import print_fields, print_json, say
from giftstream_cli.stores import simulated as simulator
from giftstream_cli.stores.secrets import StoreSecrets, read_secrets

SHOWN = ("store_id", "brand_id", "platform", "name", "shop", "status", "currency")

Brand = Annotated[str, typer.Option(help="The brand_id that it belongs to.")]
Name = Annotated[str, typer.Option(help="What people call it.")]
Shop = Annotated[
    str | None, typer.Option(metavar="NAME.myshopify.com", help="The shop's own address.")
]
BaseUrl = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Instead of --shop: a simulated store that is open already."),
]
Simulated = Annotated[
    bool,
    typer.Option("--simulated", help="Instead of --shop: open a new one in the local simulator."),
]
Platform = Annotated[str, typer.Option(help="What the store runs on.")]
Countries = Annotated[
    list[str] | None,
    typer.Option("--country", metavar="CODE", help="Sends there; may be repeated. None: anywhere."),
]
Shipping = Annotated[
    list[str] | None,
    typer.Option(
        "--shipping",
        metavar="[CODE=]METHOD",
        help="The shipping method, for a country or as default; may be repeated.",
    ),
]
Phone = Annotated[bool, typer.Option("--requires-phone", help="The store wants a phone number.")]
Label = Annotated[str | None, typer.Option(help="The label that its gift orders carry.")]
TokenFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Has the access token; - is stdin. Else you are asked."),
]
SecretFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Has the webhook secret; - is stdin. Else you are asked."),
]


def connect_store(
    brand: Brand,
    name: Name,
    shop: Shop = None,
    base_url: BaseUrl = None,
    simulated: Simulated = False,
    platform: Platform = "shopify",
    country: Countries = None,
    shipping: Shipping = None,
    requires_phone: Phone = False,
    label: Label = None,
    token_file: TokenFile = None,
    webhook_secret_file: SecretFile = None,
    quiet: options.Quiet = False,
    dry_run: options.DryRun = False,
    url: options.StoreSyncUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Connect a store to a brand: only when it lets us in and permits all that is needed.

    Secrets are asked for without echo, or read from a file or stdin; never given as arguments.
    What is missing is named, permission by permission, and then nothing is stored.

    Examples:

    \b
      giftstream stores connect --brand 5f0c… --name "Acme" --shop acme.myshopify.com --country ES
      giftstream stores connect --brand 5f0c… --name "To try" --simulated --shipping FR=Colissimo
    """
    body: dict[str, Any] = {"brand_id": brand, "platform": platform, "name": name, "label": label}
    body |= _place(shop, base_url, simulated=simulated)
    body |= {"countries": codes(country), "requires_phone": requires_phone}
    body |= {"shipping": methods(shipping or [])}
    with Api(addresses().service("store-sync", url), addresses().key(api_key)) as api:
        if dry_run:
            return _would(api, body, json=json)
        secrets = None if simulated else read_secrets(token_file, webhook_secret_file)
        store, before = _connect(api, body, secrets) if secrets else _simulated(api, body)
    return _tell(store, before, quiet=quiet, json=json)


def _tell(store: dict[str, Any], before: bool, *, quiet: bool, json: bool) -> None:
    shown = store if json else {one: store.get(one) for one in SHOWN}
    tell(shown, "store_id", quiet=quiet, json=json)
    say("It was connected already." if before else _NEXT)


_NEXT = "Next: put it into a campaign's stores, and import its products."


def _place(shop: str | None, base_url: str | None, *, simulated: bool) -> dict[str, str]:
    if sum((bool(shop), bool(base_url), simulated)) != 1:
        raise WrongUse(
            "Give the shop's own address with --shop NAME.myshopify.com; or, to try without one, "
            "--simulated (or the --base-url of a simulated store)."
        )
    if simulated:
        return {}
    return {"shop": shop} if shop else {"base_url": base_url or ""}


def _connect(api: Api, body: dict[str, Any], secrets: StoreSecrets) -> tuple[dict[str, Any], bool]:
    given = {"access_token": secrets.access_token, "webhook_secret": secrets.webhook_secret}

    def is_there(store: dict[str, Any]) -> bool:
        return bool(api.get(f"/stores/{store['store_id']}")["status"] != "disconnected")

    return made(api, "/stores", {**body, "credentials": given}, is_there)


def _simulated(api: Api, body: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    url = simulator.simulator_url(addresses())
    stores, _ = api.pages("/stores", {"brand_id": body["brand_id"]}, 1000)
    if there := simulator.connected_before(stores, url, body["name"]):
        return there, True
    shop = simulator.open_store(url, body["platform"], body["name"])
    try:
        return _connect(api, {**body, "base_url": shop["base_url"]}, simulator.secrets_of(shop))
    except CommandFailed:
        simulator.close_store(url, shop["store"])
        raise


def methods(given: list[str]) -> dict[str, Any]:
    """`METHOD` is the default, `CODE=METHOD` a country's. Raises WrongUse."""
    found: dict[str, Any] = {"default": None, "by_country": {}}
    for one in given:
        code, is_country, method = one.partition("=")
        if not is_country:
            found["default"] = one
        elif len(code) == 2 and code.isalpha() and method:
            found["by_country"][code.upper()] = method
        else:
            raise WrongUse(f"--shipping {one!r} is neither METHOD nor two letters, =, METHOD.")
    return found


def _would(api: Api, body: dict[str, Any], *, json: bool) -> None:
    """The key and the address are tried; the store itself only when its secrets are given."""
    there, _ = api.pages("/stores", {"brand_id": body["brand_id"]}, 1000)
    place = body.get("shop") or body.get("base_url")
    same = [one["store_id"] for one in there if place in (one.get("shop"), one.get("base_url"))]
    if json:
        print_json({"dry_run": True, "would_connect": body, "connected_already": same})
        return
    print_fields(body)
    say(f"It is connected already as {same[0]}." if same else "Nothing was changed.")
