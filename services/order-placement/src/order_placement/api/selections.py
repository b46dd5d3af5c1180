"""What became of a selection."""

from typing import Annotated

from fastapi import APIRouter, Depends
from giftstream.events import Reason, SelectionSubmitted
from giftstream.events.vocabulary import ReasonCode
from giftstream.http.access import Access, Caller
from giftstream.http.problems import Problem
from giftstream.identity import selection_identity
from giftstream.mongo import Document
from giftstream.reasons import reason

from order_placement.api.views import SelectionView, order_view
from order_placement.blocked import Blocked
from order_placement.intake.documents import order_ids
from order_placement.intake.refusals import Refusals
from order_placement.intake.waits import Waits
from order_placement.orders import Orders
from order_placement.selections import Selections
from order_placement.withdrawals.withdrawals import Withdrawals


def selections_api(
    access: Access,
    selections: Selections,
    orders: Orders,
    refusals: Refusals,
    waits: Waits,
    blocked: Blocked,
    withdrawals: Withdrawals,
) -> APIRouter:
    """By the ids that the publisher gave."""
    router = APIRouter(prefix="/selections", tags=["selections"])
    reader = Annotated[Caller, Depends(access.require("orders:read"))]

    @router.get("/{brand_id}/{selection_id}")
    async def get_selection(brand_id: str, selection_id: str, caller: reader) -> SelectionView:
        """What became of it. 404 until the record was read, a moment after it was published."""
        caller.sees(brand_id)
        refused = await refusals.of(brand_id, selection_id)
        withdrawal = await withdrawals.find(selection_identity(brand_id, selection_id))
        view = _view(brand_id, selection_id, refused, withdrawal)
        if selection := await selections.find(brand_id, selection_id):
            ids = order_ids(selection)
            found = await orders.named(ids)
            # Fewer: its orders are being written this moment.
            view.outcome = "accepted" if len(found) == len(ids) else "waiting"
            view.orders = [order_view(one, await blocked.of(one)) for one in found]
            view.received_at = selection["received_at"]
        elif waiting := await waits.of(brand_id, selection_id):
            view.outcome, view.reasons = "waiting", [_awaited(waiting["code"])]
        elif not refused and not withdrawal:
            raise Problem(404, "not_found", "There is no such selection.")
        return view

    return router


def _view(
    brand_id: str, selection_id: str, refused: list[Document], withdrawal: Document | None
) -> SelectionView:
    """Of a selection that is not here: refused, or withdrawn before it came."""
    view = SelectionView(brand_id=brand_id, selection_id=selection_id, outcome="refused")
    view.refusals = [
        {name: one[name] for name in ("reasons", "source", "refused_at")} for one in refused
    ]
    view.withdrawal = withdrawal and {name: withdrawal[name] for name in _WITHDRAWAL}
    if of_selection := [one for one in refused if one["source"]["topic"] == SUBMITTED]:
        view.reasons = [Reason.model_validate(one) for one in of_selection[0]["reasons"]]
    elif withdrawal:
        view.outcome = "withdrawn"
    else:
        view.outcome = "unknown"  # of it there is nothing here but refused withdrawals
    return view


SUBMITTED = SelectionSubmitted.topic
_WITHDRAWAL = ("outcome", "reason", "reasons", "withdrawn_at", "received_at", "signed")


def _awaited(code: ReasonCode) -> Reason:
    what = {"unknown_brand": "brand", "unknown_campaign": "campaign"}.get(code, "publisher's key")
    return reason(code, f"The {what} is not known here yet; it is waited for, up to a minute.")
