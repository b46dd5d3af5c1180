"""Routes of campaigns."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.events import Reason
from giftstream.http.access import Access, Caller
from giftstream.http.etags import check_if_match, etag
from giftstream.http.idempotency import IdempotencyKeys, idempotent
from giftstream.http.paging import Page, Paged
from giftstream.mongo import Document

from campaign.api.bodies import CampaignEdit, NewCampaign
from campaign.api.callers import brand_named, whose
from campaign.api.views import CampaignView, shown
from campaign.campaigns.campaigns import Campaigns
from campaign.campaigns.create_campaign import CreateCampaign
from campaign.campaigns.edit_campaign import EditCampaign
from campaign.refusals import not_there


def view(campaign: Document, notices: Sequence[Reason] = ()) -> CampaignView:
    """A campaign as answers show it."""
    found: CampaignView = shown(CampaignView, campaign, "campaign_id", notices=list(notices))
    return found


async def found_campaign(campaigns: Campaigns, caller: Caller, campaign_id: str) -> Document:
    """The campaign, where the caller sees it; 404 else."""
    campaign = await campaigns.find(whose(caller), campaign_id)
    if campaign is None:
        raise not_there("campaign")
    return campaign


def campaigns_api(
    access: Access,
    keys: IdempotencyKeys,
    campaigns: Campaigns,
    create: CreateCampaign,
    edit: EditCampaign,
) -> APIRouter:
    """A brand's key makes and edits campaigns of its own brand."""
    router = APIRouter(prefix="/campaigns", tags=["campaigns"])
    writer = Annotated[Caller, Depends(access.require("campaigns:write"))]

    @router.post("", status_code=201, response_model=CampaignView)
    async def create_campaign(body: NewCampaign, request: Request, caller: writer) -> Response:
        brand_id = brand_named(caller, body.brand_id)

        async def make(campaign_id: str) -> CampaignView:
            return view(await create(campaign_id, brand_id, body.model_dump(exclude={"brand_id"})))

        return await idempotent(request, caller, keys, body, make)

    @router.patch("/{campaign_id}")
    async def edit_campaign(
        campaign_id: str, body: CampaignEdit, request: Request, caller: writer, response: Response
    ) -> CampaignView:
        campaign = await found_campaign(campaigns, caller, campaign_id)
        check_if_match(request, campaign["version"])
        edited = await edit(campaign, body.given())
        response.headers["ETag"] = etag(edited["version"])
        return view(edited)

    return router


def campaign_views_api(access: Access, campaigns: Campaigns) -> APIRouter:
    """A brand's key sees campaigns of its own brand."""
    router = APIRouter(prefix="/campaigns", tags=["campaigns"])
    reader = Annotated[Caller, Depends(access.require("campaigns:read"))]

    @router.get("")
    async def list_campaigns(
        caller: reader, paging: Paged, brand_id: str | None = None
    ) -> Page[CampaignView]:
        seen = whose(caller) if brand_id is None else brand_named(caller, brand_id)
        after = paging.after(str)
        found = await campaigns.page(seen, str(after[0]) if after else None, paging.limit + 1)
        return paging.page([view(one) for one in found], lambda one: (one.campaign_id,))

    @router.get("/{campaign_id}")
    async def get_campaign(campaign_id: str, caller: reader, response: Response) -> CampaignView:
        campaign = await found_campaign(campaigns, caller, campaign_id)
        response.headers["ETag"] = etag(campaign["version"])
        return view(campaign)

    return router
