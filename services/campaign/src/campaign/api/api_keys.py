"""Routes of a brand's API keys."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.http.access import Access, Caller
from giftstream.http.idempotency import IdempotencyKeys, idempotent
from giftstream.http.paging import Page

from campaign.api.bodies import NewApiKey
from campaign.api.brands import found_brand
from campaign.api.views import ApiKeyView, NewApiKeyView
from campaign.brands.brands import Brands
from campaign.brands.make_api_key import MakeApiKey
from campaign.brands.revoke_api_key import RevokeApiKey


def api_keys_api(
    access: Access,
    keys: IdempotencyKeys,
    brands: Brands,
    make_key: MakeApiKey,
    revoke_key: RevokeApiKey,
) -> APIRouter:
    """For the administrator alone: a key could else give itself more than it has."""
    router = APIRouter(prefix="/brands/{brand_id}/keys", tags=["brands"])
    administrator = Annotated[Caller, Depends(access.admin())]

    @router.post("", status_code=201, response_model=NewApiKeyView)
    async def make_api_key(
        brand_id: str, body: NewApiKey, request: Request, caller: administrator
    ) -> Response:
        """The key is shown this once, for a repeat under its Idempotency-Key for seven days; after
        that the same Idempotency-Key makes a new key in its place, and the old one opens nothing
        any more."""

        async def make(new_id: str) -> NewApiKeyView:
            prefix = new_id.replace("-", "")[:12]
            made = await make_key(brand_id, prefix, **body.model_dump())
            return NewApiKeyView(
                key=made.key, prefix=prefix, scopes=body.scopes, expires_at=body.expires_at
            )

        return await idempotent(request, caller, keys, body, make, sealed=True)

    @router.get("")
    async def list_api_keys(brand_id: str, caller: administrator) -> Page[ApiKeyView]:
        brand = await found_brand(brands, caller, brand_id)
        return Page(items=[ApiKeyView.model_validate(one) for one in brand["keys"]])

    @router.delete("/{prefix}", status_code=204, dependencies=[Depends(access.admin())])
    async def revoke_api_key(brand_id: str, prefix: str) -> None:
        await revoke_key(brand_id, prefix)

    return router
