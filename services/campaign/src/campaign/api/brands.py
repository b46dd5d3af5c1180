"""Routes of brands, their API keys and their publishers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.http.access import Access, Caller
from giftstream.http.etags import check_if_match, etag
from giftstream.http.idempotency import IdempotencyKeys, idempotent
from giftstream.http.paging import Page, Paged
from giftstream.mongo import Document

from campaign.api.bodies import BrandEdit, NewBrand
from campaign.api.callers import whose
from campaign.api.views import BrandView, shown
from campaign.brands.brands import Brands
from campaign.brands.create_brand import CreateBrand
from campaign.brands.edit_brand import EditBrand
from campaign.refusals import not_there


def view(brand: Document) -> BrandView:
    """A brand as answers show it."""
    found: BrandView = shown(BrandView, brand, "brand_id")
    return found


def brands_api(
    access: Access, keys: IdempotencyKeys, brands: Brands, create: CreateBrand, edit: EditBrand
) -> APIRouter:
    """Only the administrator makes and edits brands; a brand's key sees its own."""
    router = APIRouter(tags=["brands"])
    administrator = Annotated[Caller, Depends(access.admin())]
    reader = Annotated[Caller, Depends(access.require("campaigns:read"))]

    @router.post("/brands", status_code=201, response_model=BrandView)
    async def create_brand(body: NewBrand, request: Request, caller: administrator) -> Response:
        async def make(brand_id: str) -> BrandView:
            return view(await create(brand_id, **body.model_dump()))

        return await idempotent(request, caller, keys, body, make)

    @router.get("/brands")
    async def list_brands(caller: reader, paging: Paged) -> Page[BrandView]:
        after = paging.after(str)
        found = await brands.page(whose(caller), str(after[0]) if after else None, paging.limit + 1)
        return paging.page([view(one) for one in found], lambda one: (one.brand_id,))

    @router.get("/brands/{brand_id}")
    async def get_brand(brand_id: str, caller: reader, response: Response) -> BrandView:
        brand = await found_brand(brands, caller, brand_id)
        response.headers["ETag"] = etag(brand["version"])
        return view(brand)

    @router.patch("/brands/{brand_id}")
    async def edit_brand(
        brand_id: str, body: BrandEdit, request: Request, caller: administrator, response: Response
    ) -> BrandView:
        brand = await found_brand(brands, caller, brand_id)
        check_if_match(request, brand["version"])
        edited = await edit(brand, body.given())
        response.headers["ETag"] = etag(edited["version"])
        return view(edited)

    return router


async def found_brand(brands: Brands, caller: Caller, brand_id: str) -> Document:
    """The brand, where the caller sees it; 404 else."""
    brand = await brands.find(whose(caller), brand_id)
    if brand is None:
        raise not_there("brand")
    return brand
