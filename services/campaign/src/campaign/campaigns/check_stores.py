"""Whether the stores that a campaign names are there."""

from collections.abc import Sequence

from giftstream.events import Reason

from campaign.campaigns.known_stores import KnownStores
from campaign.refusals import conflict


class CheckStores:
    """Stores are known from store.changed, so a store connected just now takes a moment."""

    def __init__(self, stores: KnownStores) -> None:
        self._stores = stores

    async def __call__(self, brand_id: str, store_ids: Sequence[str]) -> None:
        """Refused when a store is not known, or not this brand's."""
        known = await self._stores.named(brand_id, store_ids)
        unknown = [
            Reason(
                code="unknown_store",
                detail="The brand has no such store, or it was connected just now.",
                path=f"stores[{index}]",
            )
            for index, store_id in enumerate(store_ids)
            if store_id not in known
        ]
        if unknown:
            raise conflict(
                "unknown_store",
                "A store is not known here. If it was connected just now, try again in a moment; "
                "else connect it first.",
                unknown,
            )
