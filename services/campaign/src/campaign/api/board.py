"""Routes of the board."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from giftstream.events import OrderStatus
from giftstream.http.access import Access, Caller
from giftstream.http.paging import Page, Paged
from giftstream.mongo import Document

from campaign.api.campaigns import found_campaign
from campaign.api.views import BoardRow, shown
from campaign.board.board import Board
from campaign.campaigns.campaigns import Campaigns


def row(order: Document) -> BoardRow:
    """An order as a row of the board."""
    found: BoardRow = shown(BoardRow, order, "order_id")
    return found


def board_api(access: Access, campaigns: Campaigns, board: Board) -> APIRouter:
    """Every gift of a campaign, the newest first."""
    router = APIRouter(tags=["board"])
    reader = Annotated[Caller, Depends(access.require("campaigns:read"))]

    @router.get("/campaigns/{campaign_id}/board")
    async def get_board(
        campaign_id: str, caller: reader, paging: Paged, status: OrderStatus | None = None
    ) -> Page[BoardRow]:
        campaign = await found_campaign(campaigns, caller, campaign_id)
        after = paging.after(datetime, str)
        position = None if after is None else (_moment(after[0]), str(after[1]))
        found = await board.page(
            campaign["brand_id"], campaign["_id"], status, position, paging.limit + 1
        )
        rows = [row(one) for one in found]
        return paging.page(rows, lambda one: (one.submitted_at, one.order_id))

    return router


def _moment(value: object) -> datetime:
    assert isinstance(value, datetime)
    return value
