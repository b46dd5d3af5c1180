"""What the commands about brands and campaigns share: whom they ask, and how a brand is named."""

from typing import Annotated

import typer

from giftstream_cli.addresses import addresses
from giftstream_cli.api import Api
from giftstream_cli.ids import path_id

LOOK = "See `giftstream brands list`."

Brand = Annotated[str, typer.Argument(metavar="BRAND_ID", help="As `brands list` names it.")]


def campaign_url(url: str | None) -> str:
    """Where campaign is. Raises WrongUse when nothing says it."""
    return addresses().service("campaign", url)


def campaign_api(url: str | None, api_key: str | None) -> Api:
    """Campaign, with the key that was given."""
    return Api(campaign_url(url), addresses().key(api_key))


def brand_path(brand_id: str, more: str = "") -> str:
    """A brand's address. Raises WrongUse."""
    return f"/brands/{path_id(brand_id, 'brand')}{more}"
