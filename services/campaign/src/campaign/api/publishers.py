"""Routes of who may sign selections for a brand."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.http.access import Access, Caller
from giftstream.http.idempotency import IdempotencyKeys, idempotent

from campaign.api.bodies import NewPublisher
from campaign.api.views import NewPublisherView
from campaign.brands.add_publisher import AddPublisher
from campaign.brands.remove_publisher import RemovePublisher


def publishers_api(
    access: Access, keys: IdempotencyKeys, add: AddPublisher, remove: RemovePublisher
) -> APIRouter:
    """For the administrator alone: who signs may order."""
    router = APIRouter(prefix="/brands/{brand_id}/publishers", tags=["brands"])
    administrator = Annotated[Caller, Depends(access.admin())]

    @router.post("", status_code=201, response_model=NewPublisherView)
    async def add_publisher(
        brand_id: str, body: NewPublisher, request: Request, caller: administrator
    ) -> Response:
        """The secret is shown this once, for a repeat under its Idempotency-Key for seven days;
        after that the same Idempotency-Key makes a new secret under the same key id, and what is
        signed with the old one is refused."""

        async def make(key_id: str) -> NewPublisherView:
            made = await add(brand_id, key_id, body.name)
            return NewPublisherView(key_id=made.key_id, secret=made.secret)

        return await idempotent(request, caller, keys, body, make, sealed=True)

    @router.delete("/{key_id}", status_code=204, dependencies=[Depends(access.admin())])
    async def remove_publisher(brand_id: str, key_id: str) -> None:
        await remove(brand_id, key_id)

    return router
