"""A platform gets the right to sign selections for a brand."""

import secrets
from dataclasses import dataclass

from giftstream.clock import now
from giftstream.identity import new_id
from giftstream.mongo import Document

from campaign.announcing import Announce
from campaign.brands.brands import BRANDS, Brands
from campaign.brands.secrets_at_rest import Secrets
from campaign.refusals import conflict, not_there

MAX_PUBLISHERS = 50


@dataclass(frozen=True)
class Shown:
    """What is shown once, and never again."""

    key_id: str
    secret: str


def new_publisher(
    sealed: Secrets, brand_id: str, name: str, *, own: bool = False, key_id: str | None = None
) -> tuple[Document, str]:
    """A publisher as it is stored, and its secret."""
    key_id = key_id or new_id()
    secret = secrets.token_hex(32)
    stored = {
        "key_id": key_id,
        "name": name,
        "secret": sealed.seal(brand_id, key_id, secret),
        "own": own,
        "created_at": now(),
    }
    return stored, secret


class AddPublisher:
    """Registers a publisher and shows its secret, this once."""

    def __init__(self, brands: Brands, sealed: Secrets, outbox: Announce) -> None:
        self._brands = brands
        self._sealed = sealed
        self._outbox = outbox

    async def __call__(self, brand_id: str, key_id: str, name: str) -> Shown:
        """The key id and secret. Done again under the same key id, the newer secret counts:
        of a call that was cut short nobody has seen the older one."""
        publisher, secret = new_publisher(self._sealed, brand_id, name, key_id=key_id)

        def with_publisher(brand: Document) -> Document:
            others = [one for one in brand["publishers"] if one["key_id"] != key_id]
            if len(others) >= MAX_PUBLISHERS:
                raise conflict("too_many_publishers", "Remove a publisher that is not used first.")
            return {"publishers": [*others, publisher], "changed_at": now()}

        if await self._brands.edit(brand_id, with_publisher) is None:
            raise not_there("brand")
        await self._outbox.flush_soon(BRANDS, [brand_id])
        return Shown(key_id, secret)
