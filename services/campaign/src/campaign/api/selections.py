"""Routes of selections made through us."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.http.access import Access, Caller
from giftstream.http.idempotency import IdempotencyKeys, idempotent
from giftstream.http.problems import Problem
from giftstream.mongo import Document
from giftstream.reasons import sentence

from campaign.api.board import row
from campaign.api.bodies import NewSelection, PostedSelection
from campaign.api.callers import brand_named, whose
from campaign.api.campaigns import found_campaign
from campaign.api.views import SelectionView
from campaign.board.board import Board
from campaign.campaigns.campaigns import Campaigns
from campaign.refusals import not_there
from campaign.selections.drafts import Draft
from campaign.selections.participations import Participations
from campaign.selections.selections import CLAIMING, Selections
from campaign.selections.submit_selection import SubmitSelection


def _view(selection: Document, orders: Sequence[Document] = ()) -> SelectionView:
    status = "submitting" if selection["status"] == CLAIMING else selection["status"]
    told = {**selection, "status": status, "orders": [row(one) for one in orders]}
    return SelectionView.model_validate(told)


def _published_elsewhere(orders: Sequence[Document]) -> SelectionView:
    """A selection that a platform published itself is known here by its orders alone."""
    return _view({**orders[0], "status": "submitted", "reasons": []}, orders)


def selections_api(access: Access, selections: Selections, board: Board) -> APIRouter:
    """What became of a selection: its orders, or why there are none."""
    router = APIRouter(tags=["selections"])
    reader = Annotated[Caller, Depends(access.require("orders:read"))]

    @router.get("/selections/{selection_id}")
    async def get_selection(
        selection_id: str, caller: reader, brand_id: str | None = None
    ) -> SelectionView:
        seen = whose(caller) if brand_id is None else brand_named(caller, brand_id)
        selection = await selections.find(seen, selection_id)
        if selection is not None:
            orders = await board.of_selection(selection["brand_id"], selection_id)
            return _view(selection, orders)
        orders = await board.of_selection(seen, selection_id)
        if not orders:
            raise not_there("selection")
        return _published_elsewhere(orders)

    return router


def submitting_api(
    access: Access,
    keys: IdempotencyKeys,
    campaigns: Campaigns,
    participations: Participations,
    submit: SubmitSelection,
) -> APIRouter:
    """Two ways in: as a participant, and as a platform without Kafka."""
    router = APIRouter(tags=["selections"])
    writer = Annotated[Caller, Depends(access.require("orders:write"))]

    @router.post(
        "/participations/{participation_id}/selections",
        status_code=201,
        response_model=SelectionView,
    )
    async def select_gifts(
        participation_id: str, body: NewSelection, request: Request, caller: writer
    ) -> Response:
        participation = await participations.find(whose(caller), participation_id)
        if participation is None:
            raise not_there("participation")

        async def make(selection_id: str) -> SelectionView:
            campaign = await found_campaign(campaigns, caller, participation["campaign_id"])
            draft = Draft(
                selection_id=selection_id, creator_id=participation["creator_id"], **dict(body)
            )
            return _view(await submit(campaign, draft))

        return await idempotent(request, caller, keys, body, make)

    return router


def posting_api(
    access: Access, keys: IdempotencyKeys, campaigns: Campaigns, submit: SubmitSelection
) -> APIRouter:
    """For platforms without Kafka: the body of `selection.submitted`, under their own id."""
    router = APIRouter(tags=["selections"])
    writer = Annotated[Caller, Depends(access.require("orders:write"))]

    @router.post("/selections", status_code=202, response_model=SelectionView)
    async def post_selection(body: PostedSelection, request: Request, caller: writer) -> Response:
        """The body of `selection.submitted`, for platforms without Kafka; signed by campaign."""
        brand_id = brand_named(caller, body.brand_id)

        async def make(_: str) -> SelectionView:
            campaign = await campaigns.find(brand_id, body.campaign_id)
            if campaign is None:
                raise Problem(404, "unknown_campaign", sentence("unknown_campaign"))
            given = body.model_dump(include=_AS_IT_IS)
            draft = Draft(**given, lines=body.lines, recipient=body.recipient)
            return _view(await submit(campaign, draft))

        return await idempotent(request, caller, keys, body, make, status=202)

    return router


_AS_IT_IS = {"selection_id", "creator_id", "note", "reference", "occurred_at"}
