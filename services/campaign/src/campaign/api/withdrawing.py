"""The route by which a selection is taken back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.events.fields import Id
from giftstream.http.access import Access, Caller
from giftstream.http.idempotency import IdempotencyKeys, idempotent

from campaign.api.bodies import WithdrawnSelection
from campaign.api.callers import brand_named
from campaign.api.views import WithdrawalView
from campaign.selections.withdraw_selection import WithdrawSelection


def withdrawing_api(
    access: Access, keys: IdempotencyKeys, withdraw: WithdrawSelection
) -> APIRouter:
    """`selection.withdrawn` over HTTP; signed by campaign."""
    router = APIRouter(tags=["selections"])
    writer = Annotated[Caller, Depends(access.require("orders:write"))]

    @router.post(
        "/selections/{selection_id}/withdraw", status_code=202, response_model=WithdrawalView
    )
    async def withdraw_selection(
        selection_id: Id, request: Request, caller: writer, body: WithdrawnSelection | None = None
    ) -> Response:
        """Taken back, whoever sent it and even before it came; a repeat gives the same answer. It
        counts until placing starts: order-placement's `GET /selections/{brand_id}/{selection_id}`
        shows what it meant for each order."""
        said = body or WithdrawnSelection()
        brand_id = brand_named(caller, said.brand_id)

        async def make(_: str) -> WithdrawalView:
            done = await withdraw(brand_id, selection_id, said.reason, said.occurred_at)
            return WithdrawalView.model_validate(done)

        return await idempotent(request, caller, keys, said, make, status=202)

    return router
