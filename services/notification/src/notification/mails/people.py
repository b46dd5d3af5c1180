"""Who gets a message: asked when it is sent, kept nowhere."""

from dataclasses import dataclass
from email.headerregistry import Address
from typing import Protocol

from giftstream.mongo import Document

from notification.channels.addresses import parse_address


class Internal(Protocol):
    """Another service's internal routes."""

    async def get(self, path: str) -> object | None:
        """The JSON there, None when there is none. Raises Transient."""


@dataclass(frozen=True, slots=True)
class Addressees:
    """The people of one message; no addresses means that none is known (yet)."""

    addresses: tuple[Address, ...]
    name: str | None = None
    why_none: str = "no_address"


class People:
    """Asks order-placement for the creator, campaign for the brand's people."""

    def __init__(self, order_placement: Internal, campaign: Internal) -> None:
        self._order_placement = order_placement
        self._campaign = campaign

    async def of(self, message: Document) -> Addressees:
        """Whom this message is for as of now. Raises Transient when nobody can be asked."""
        if message["audience"] == "creator":
            path = f"/internal/orders/{message['order_id']}/recipient"
            found = _fields(await self._order_placement.get(path))
            return _addressees([found.get("email")], found.get("name"))
        found = _fields(
            await self._campaign.get(f"/internal/brands/{message['brand_id']}/contacts")
        )
        contacts = found.get("contacts")
        return _addressees(contacts if isinstance(contacts, list) else [], None)


def _fields(found: object | None) -> dict[str, object]:
    return found if isinstance(found, dict) else {}


def _addressees(emails: list[object], name: object) -> Addressees:
    given = [email for email in emails if isinstance(email, str) and email.strip()]
    parsed = {address.addr_spec: address for one in given if (address := parse_address(one))}
    why_none = "bad_address" if given else "no_address"
    return Addressees(tuple(parsed.values()), name if isinstance(name, str) else None, why_none)
