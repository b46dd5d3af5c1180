"""Routes of who takes part in a campaign."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.http.access import Access, Caller
from giftstream.http.idempotency import IdempotencyKeys, idempotent
from giftstream.http.paging import Page, Paged
from giftstream.mongo import Document

from campaign.api.bodies import NewParticipation
from campaign.api.callers import whose
from campaign.api.campaigns import found_campaign
from campaign.api.views import ParticipationView, shown
from campaign.campaigns.campaigns import Campaigns
from campaign.selections.join_campaign import JoinCampaign
from campaign.selections.participations import Participations
from campaign.selections.remove_creator import RemoveCreator


def _view(participation: Document) -> ParticipationView:
    found: ParticipationView = shown(ParticipationView, participation, "participation_id")
    return found


def participations_api(
    access: Access,
    keys: IdempotencyKeys,
    campaigns: Campaigns,
    participations: Participations,
    join: JoinCampaign,
) -> APIRouter:
    """One participation per campaign and creator, with or without an Idempotency-Key."""
    router = APIRouter(prefix="/campaigns/{campaign_id}/participations", tags=["participations"])
    reader = Annotated[Caller, Depends(access.require("campaigns:read"))]
    writer = Annotated[Caller, Depends(access.require("campaigns:write"))]

    @router.post("", status_code=201, response_model=ParticipationView)
    async def join_campaign(
        campaign_id: str, body: NewParticipation, request: Request, caller: writer
    ) -> Response:
        campaign = await found_campaign(campaigns, caller, campaign_id)
        allowance = None if body.allowance is None else body.allowance.given()

        async def make(_: str) -> ParticipationView:
            return _view(await join(campaign, body.creator_id, allowance, again=True))

        return await idempotent(request, caller, keys, body, make)

    @router.get("")
    async def list_participations(
        campaign_id: str, caller: reader, paging: Paged, removed: bool = False
    ) -> Page[ParticipationView]:
        campaign = await found_campaign(campaigns, caller, campaign_id)
        after = paging.after(str)
        found = await participations.page(
            campaign["brand_id"],
            campaign["_id"],
            str(after[0]) if after else None,
            paging.limit + 1,
            removed,
        )
        return paging.page([_view(one) for one in found], lambda one: (one.participation_id,))

    return router


def removing_api(access: Access, remove: RemoveCreator) -> APIRouter:
    """Creators leave a campaign; repeated, it is the same answer."""
    router = APIRouter(prefix="/campaigns/{campaign_id}/participations", tags=["participations"])
    writer = Annotated[Caller, Depends(access.require("campaigns:write"))]

    @router.delete("/{participation_id}")
    async def remove_creator(
        campaign_id: str, participation_id: str, caller: writer
    ) -> ParticipationView:
        """What was given stays counted; adding the creator again goes on with it."""
        return _view(await remove(whose(caller), campaign_id, participation_id))

    return router
