"""How much of a campaign's budget is spent: asked here, where it is counted."""

from typing import Annotated

from fastapi import APIRouter, Depends
from giftstream.events.fields import Id
from giftstream.http.access import Access, Caller
from giftstream.http.problems import Problem

from order_placement.api.views import BudgetView
from order_placement.campaign_budgets import CampaignBudgets


def budgets_api(access: Access, budgets: CampaignBudgets) -> APIRouter:
    """A brand's key sees its own campaigns' budgets."""
    router = APIRouter(tags=["campaigns"])
    reader = Annotated[Caller, Depends(access.require("campaigns:read"))]

    @router.get("/campaigns/{campaign_id}/budget")
    async def get_budget(campaign_id: Id, caller: reader) -> BudgetView:
        """What the campaign may give away in all, and what it has: each order counts from the
        moment that it passes the limits, also while it waits, until it is rejected or cancelled.
        404 until the campaign is known here, a moment after it was made."""
        found = await budgets.of(campaign_id)
        if found is None:
            raise Problem(404, "not_found", "There is no such campaign here.")
        caller.sees(found["brand_id"])
        return BudgetView.model_validate(found)

    return router
