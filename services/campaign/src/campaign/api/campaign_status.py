"""Routes that open and close campaigns."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from giftstream.events import Reason
from giftstream.http.access import Access, Caller
from giftstream.http.etags import etag
from giftstream.mongo import Document

from campaign.api.campaigns import found_campaign, view
from campaign.api.views import CampaignView
from campaign.campaigns.campaigns import Campaigns
from campaign.campaigns.close_campaign import CloseCampaign
from campaign.campaigns.kinds import GIFTING
from campaign.campaigns.publish_campaign import PublishCampaign
from campaign.catalog.items import Items

NO_CATALOG = Reason(
    code="no_catalog",
    detail="The campaign has no products yet, so nothing can be selected; import some. "
    "Creators see them as soon as they are there.",
    path="catalog",
)
NO_STORE = Reason(
    code="no_store",
    detail="The campaign names no store, so nothing can be imported or ordered; give it one.",
    path="stores",
)


def campaign_status_api(
    access: Access,
    campaigns: Campaigns,
    items: Items,
    publish: PublishCampaign,
    close: CloseCampaign,
) -> APIRouter:
    """Each may be repeated: a campaign that is there already stays as it is."""
    router = APIRouter(prefix="/campaigns/{campaign_id}", tags=["campaigns"])
    writer = Annotated[Caller, Depends(access.require("campaigns:write"))]

    async def answer(campaign: Document, response: Response) -> CampaignView:
        response.headers["ETag"] = etag(campaign["version"])
        gives = campaign["status"] == "published" and campaign["type"] in GIFTING
        if not gives or await items.offers_anything(campaign["brand_id"], campaign["_id"]):
            return view(campaign)
        return view(campaign, [NO_CATALOG] if campaign["stores"] else [NO_STORE, NO_CATALOG])

    @router.post("/publish")
    async def publish_campaign(
        campaign_id: str, caller: writer, response: Response
    ) -> CampaignView:
        campaign = await found_campaign(campaigns, caller, campaign_id)
        return await answer(await publish(campaign), response)

    @router.post("/reopen")
    async def reopen_campaign(campaign_id: str, caller: writer, response: Response) -> CampaignView:
        campaign = await found_campaign(campaigns, caller, campaign_id)
        return await answer(await publish(campaign, reopen=True), response)

    @router.post("/close")
    async def close_campaign(campaign_id: str, caller: writer, response: Response) -> CampaignView:
        campaign = await found_campaign(campaigns, caller, campaign_id)
        return await answer(await close(campaign), response)

    return router
