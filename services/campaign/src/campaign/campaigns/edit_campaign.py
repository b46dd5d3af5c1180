"""People edit a campaign, before and after it is published."""

from collections.abc import Mapping
from typing import Any

from giftstream.mongo import Document

from campaign.announcing import Announce
from campaign.campaigns.campaigns import CAMPAIGNS, Campaigns
from campaign.campaigns.check_stores import CheckStores
from campaign.campaigns.publish_campaign import missing_limits
from campaign.refusals import invalid, stale


class EditCampaign:
    """Changes the given fields of the campaign as it was read; limits are changed one by one."""

    def __init__(self, campaigns: Campaigns, check_stores: CheckStores, outbox: Announce) -> None:
        self._campaigns = campaigns
        self._check_stores = check_stores
        self._outbox = outbox

    async def __call__(self, campaign: Document, fields: Mapping[str, Any]) -> Document:
        """The campaign as edited. Refused as stale when somebody wrote since it was read."""
        changed = dict(fields)
        if "allowance" in changed:
            changed["allowance"] = {**campaign["allowance"], **changed["allowance"]}
        if "stores" in changed:
            await self._check_stores(campaign["brand_id"], changed["stores"])
        if campaign["status"] == "published" and (
            missing := missing_limits({**campaign, **changed})
        ):
            raise invalid("missing_limit", "A published campaign keeps all its limits.", missing)
        if all(campaign.get(name) == value for name, value in changed.items()):
            return campaign
        edited = await self._campaigns.replace(campaign, changed)
        if edited is None:
            raise stale()
        await self._outbox.flush_soon(CAMPAIGNS, [edited["_id"]])
        return edited
