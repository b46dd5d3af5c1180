"""Routes for our own services."""

from fastapi import APIRouter, Depends, Response
from giftstream.http.access import Access

from store_sync.api.bodies import ShownAccess
from store_sync.give_access import GiveAccess


def internal_api(access: Access, give_access: GiveAccess) -> APIRouter:
    """GET /internal/stores/{id}/access."""
    router = APIRouter(
        prefix="/internal", tags=["internal"], dependencies=[Depends(access.internal())]
    )

    @router.get("/stores/{store_id}/access")
    async def get_store_access(
        store_id: str, response: Response, refused: bool = False
    ) -> ShownAccess:
        given = await give_access(store_id, refused=refused)
        response.headers["Cache-Control"] = "no-store"
        return ShownAccess(
            platform=given.platform,
            base_url=given.base_url,
            api_version=given.api_version,
            access_token=given.access_token.get_secret_value(),
        )

    return router
