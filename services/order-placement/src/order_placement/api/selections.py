"""What became of a selection."""

from typing import Annotated

from fastapi import APIRouter, Depends
from giftstream.events import Reason
from giftstream.events.vocabulary import ReasonCode
from giftstream.http.access import Access, Caller
from giftstream.http.problems import Problem
from giftstream.reasons import reason

from order_placement.api.views import SelectionView, order_view
from order_placement.blocked import Blocked
from order_placement.intake.documents import order_ids
from order_placement.intake.refusals import Refusals
from order_placement.intake.waits import Waits
from order_placement.orders import Orders
from order_placement.selections import Selections


def selections_api(
    access: Access,
    selections: Selections,
    orders: Orders,
    refusals: Refusals,
    waits: Waits,
    blocked: Blocked,
) -> APIRouter:
    """By the ids that the publisher gave."""
    router = APIRouter(prefix="/selections", tags=["selections"])
    reader = Annotated[Caller, Depends(access.require("orders:read"))]

    @router.get("/{brand_id}/{selection_id}")
    async def get_selection(brand_id: str, selection_id: str, caller: reader) -> SelectionView:
        """What became of it. 404 until the record was read, a moment after it was published."""
        caller.sees(brand_id)
        view = SelectionView(brand_id=brand_id, selection_id=selection_id, outcome="accepted")
        refused = await refusals.of(brand_id, selection_id)
        view.refusals = [
            {name: one[name] for name in ("reasons", "source", "refused_at")} for one in refused
        ]
        if selection := await selections.find(brand_id, selection_id):
            ids = order_ids(selection)
            found = await orders.named(ids)
            if len(found) < len(ids):
                view.outcome = "waiting"  # its orders are being written this moment
            view.orders = [order_view(one, await blocked.of(one)) for one in found]
            view.received_at = selection["received_at"]
        elif waiting := await waits.of(brand_id, selection_id):
            view.outcome, view.reasons = "waiting", [_awaited(waiting["code"])]
        elif refused:
            view.outcome = "refused"
            view.reasons = [Reason.model_validate(one) for one in refused[0]["reasons"]]
        else:
            raise Problem(404, "not_found", "There is no such selection.")
        return view

    return router


def _awaited(code: ReasonCode) -> Reason:
    what = {"unknown_brand": "brand", "unknown_campaign": "campaign"}.get(code, "publisher's key")
    return reason(code, f"The {what} is not known here yet; it is waited for, up to a minute.")
