"""What the commands about campaigns share: how one is named, and how its limits are given."""

import re
from typing import Annotated, Any

import typer

from giftstream_cli.countries import codes
from giftstream_cli.failures import WrongUse
from giftstream_cli.ids import path_id

LOOK = "See `giftstream campaigns list` and `giftstream brands list`."
TYPES = ("product_gifting", "paid_and_gifting", "paid_only")
UNLIMITED = "unlimited"

Campaign = Annotated[
    str, typer.Argument(metavar="CAMPAIGN_ID", help="As `campaigns list` names it.")
]
Type = Annotated[str | None, typer.Option("--type", metavar="|".join(TYPES), help="How paid.")]
Stores = Annotated[
    list[str] | None,
    typer.Option("--store", metavar="STORE_ID", help="In order of preference; may be repeated."),
]
Countries = Annotated[
    list[str] | None,
    typer.Option("--country", metavar="CODE", help="Sends there; may be repeated. None: anywhere."),
]
Items = Annotated[
    str | None, typer.Option(metavar="N|unlimited", help="How many items a creator may get.")
]
Value = Annotated[
    str | None,
    typer.Option(metavar="N|unlimited", help="Worth how much in all, in minor units (cents)."),
]
Orders = Annotated[str | None, typer.Option(metavar="N|unlimited", help="In how many orders.")]
Budget = Annotated[
    str | None,
    typer.Option(
        metavar="'N CUR'|unlimited",
        help="What the campaign may give in all: minor units (cents) and their currency.",
    ),
]
Unlimited = Annotated[
    bool, typer.Option("--unlimited", help="Each of the three limits that is not given.")
]


def campaign_path(campaign_id: str, more: str = "") -> str:
    """A campaign's address. Raises WrongUse."""
    return f"/campaigns/{path_id(campaign_id, 'campaign')}{more}"


def limits(
    items: str | None, value: str | None, orders_per_creator: str | None, *, unlimited: bool
) -> dict[str, int | str]:
    """The limits that were given. Raises WrongUse for what is neither a number nor `unlimited`."""
    given = {"items": items, "value": value, "orders_per_creator": orders_per_creator}
    if unlimited:
        given = {name: limit or UNLIMITED for name, limit in given.items()}
    return {name: _limit(name, limit) for name, limit in given.items() if limit is not None}


def _limit(name: str, given: str) -> int | str:
    if given == UNLIMITED:
        return given
    if not (given.isascii() and given.isdigit()):
        option = "--" + name.replace("_", "-")
        raise WrongUse(f"{option} {given!r} is neither a number nor the word {UNLIMITED}.")
    return int(given)


def budgeted(given: str | None) -> dict[str, Any]:
    """The budget, where one was given. Raises WrongUse."""
    if given is None or given == UNLIMITED:
        return {} if given is None else {"budget": given}
    amount, _, currency = given.partition(" ")
    if not (amount.isascii() and amount.isdigit() and re.fullmatch("[A-Z]{3}", currency)):
        raise WrongUse(f"--budget {given!r} is neither like '500000 EUR' nor the word {UNLIMITED}.")
    return {"budget": {"amount": int(amount), "currency": currency}}


def described(
    campaign_type: str | None, stores: list[str] | None, countries: list[str] | None
) -> dict[str, Any]:
    """What was given of these, as the API takes it. Raises WrongUse."""
    if campaign_type is not None and campaign_type not in TYPES:
        raise WrongUse(f"--type is one of {', '.join(TYPES)}; not {campaign_type!r}.")
    known = None if countries is None else codes(countries)
    given = {"type": campaign_type, "stores": stores, "countries": known}
    return {name: value for name, value in given.items() if value is not None}
