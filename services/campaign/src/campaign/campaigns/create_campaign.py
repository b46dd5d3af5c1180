"""A campaign comes into being, as a draft."""

from collections.abc import Mapping
from typing import Any

from giftstream.clock import now
from giftstream.mongo import Document

from campaign.announcing import Announce
from campaign.brands.brands import Brands
from campaign.campaigns.campaigns import CAMPAIGNS, Campaigns
from campaign.campaigns.check_stores import CheckStores
from campaign.refusals import not_there


class CreateCampaign:
    """Makes a campaign under a given id; the same id again is the same campaign."""

    def __init__(
        self, campaigns: Campaigns, brands: Brands, check_stores: CheckStores, outbox: Announce
    ) -> None:
        self._campaigns = campaigns
        self._brands = brands
        self._check_stores = check_stores
        self._outbox = outbox

    async def __call__(
        self, campaign_id: str, brand_id: str, fields: Mapping[str, Any]
    ) -> Document:
        """The draft as stored and told. Refused for an unknown brand or store."""
        if await self._brands.find(brand_id, brand_id) is None:
            raise not_there("brand")
        await self._check_stores(brand_id, fields["stores"])
        moment = now()
        campaign = await self._campaigns.insert(
            {
                **fields,
                "_id": campaign_id,
                "brand_id": brand_id,
                "status": "draft",
                "created_at": moment,
                "changed_at": moment,
                "published_at": None,
                "closed_at": None,
            }
        )
        await self._outbox.flush_soon(CAMPAIGNS, [campaign_id])
        return campaign
