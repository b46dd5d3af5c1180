"""A brand gets an API key; only its hash stays with us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from giftstream.clock import now
from giftstream.http.keys import NewKey, new_key
from giftstream.mongo import Document

from campaign.announcing import Announce
from campaign.brands.brands import BRANDS, Brands
from campaign.refusals import conflict, not_there

MAX_KEYS = 50


@dataclass(frozen=True)
class Shown:
    """What is shown once, and never again."""

    key: str
    prefix: str


class MakeApiKey:
    """Makes a key with the given scopes."""

    def __init__(self, brands: Brands, outbox: Announce) -> None:
        self._brands = brands
        self._outbox = outbox

    async def __call__(
        self,
        brand_id: str,
        prefix: str,
        *,
        name: str,
        scopes: Sequence[str],
        expires_at: datetime | None,
    ) -> Shown:
        """The key. Made again under the same prefix, the newer one counts: of a call that was
        cut short nobody has seen the older one."""
        made: NewKey = new_key(prefix)
        key = {
            "prefix": prefix,
            "sha256": made.sha256,
            "name": name,
            "scopes": list(dict.fromkeys(scopes)),
            "expires_at": expires_at,
            "created_at": now(),
        }

        def with_key(brand: Document) -> Document:
            others = [one for one in brand["keys"] if one["prefix"] != prefix]
            if len(others) >= MAX_KEYS:
                raise conflict("too_many_keys", "Revoke a key that is not used first.")
            return {"keys": [*others, key], "changed_at": now()}

        if await self._brands.edit(brand_id, with_key) is None:
            raise not_there("brand")
        await self._outbox.flush_soon(BRANDS, [brand_id])
        return Shown(made.key, prefix)
