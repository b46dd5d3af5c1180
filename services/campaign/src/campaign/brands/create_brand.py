"""A brand comes into being, with the publisher that campaign signs its selections with."""

from collections.abc import Sequence

from giftstream.clock import now
from giftstream.events import UnsignedSelections
from giftstream.mongo import Document

from campaign.announcing import Announce
from campaign.brands.add_publisher import new_publisher
from campaign.brands.brands import BRANDS, Brands
from campaign.brands.secrets_at_rest import Secrets

OWN_PUBLISHER = "campaign"


class CreateBrand:
    """Makes a brand under a given id; the same id again is the same brand."""

    def __init__(self, brands: Brands, secrets: Secrets, outbox: Announce) -> None:
        self._brands = brands
        self._secrets = secrets
        self._outbox = outbox

    async def __call__(
        self,
        brand_id: str,
        *,
        name: str,
        contacts: Sequence[str],
        unsigned_selections: UnsignedSelections,
    ) -> Document:
        """The brand as stored and told."""
        publisher, _ = new_publisher(self._secrets, brand_id, OWN_PUBLISHER, own=True)
        moment = now()
        brand = await self._brands.insert(
            {
                "_id": brand_id,
                "name": name,
                "contacts": list(contacts),
                "unsigned_selections": unsigned_selections,
                "publishers": [publisher],
                "keys": [],
                "created_at": moment,
                "changed_at": moment,
            }
        )
        await self._outbox.flush_soon(BRANDS, [brand_id])
        return brand
