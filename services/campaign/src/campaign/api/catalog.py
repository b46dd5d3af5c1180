"""Routes of a campaign's catalog and of the imports that fill it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.http.access import Access, Caller
from giftstream.http.idempotency import IdempotencyKeys, idempotent
from giftstream.http.paging import Page, Paged
from giftstream.mongo import Document

from campaign.api.bodies import NewImport
from campaign.api.callers import whose
from campaign.api.campaigns import found_campaign
from campaign.api.views import ImportView, ItemView, shown
from campaign.campaigns.campaigns import Campaigns
from campaign.catalog.imports import Imports
from campaign.catalog.items import Items
from campaign.catalog.start_import import StartImport
from campaign.catalog.withdraw_item import WithdrawItem
from campaign.refusals import not_there


def _import_view(job: Document) -> ImportView:
    found: ImportView = shown(ImportView, job, "import_id")
    return found


def _item_view(item: Document) -> ItemView:
    found: ItemView = shown(ItemView, item, "item_id")
    return found


def imports_api(
    access: Access,
    keys: IdempotencyKeys,
    campaigns: Campaigns,
    imports: Imports,
    start: StartImport,
) -> APIRouter:
    """An import is a job: asked for here, done in the background, watched by its id."""
    router = APIRouter(tags=["catalog"])
    reader = Annotated[Caller, Depends(access.require("campaigns:read"))]
    writer = Annotated[Caller, Depends(access.require("campaigns:write"))]

    @router.post(
        "/campaigns/{campaign_id}/catalog/imports", status_code=202, response_model=ImportView
    )
    async def start_import(
        campaign_id: str, body: NewImport, request: Request, caller: writer
    ) -> Response:
        campaign = await found_campaign(campaigns, caller, campaign_id)
        refs = None if body.product_refs == "all" else list(dict.fromkeys(body.product_refs))

        async def make(import_id: str) -> ImportView:
            return _import_view(await start(import_id, campaign, body.store_id, refs))

        return await idempotent(request, caller, keys, body, make, status=202)

    @router.get("/imports/{import_id}")
    async def get_import(import_id: str, caller: reader) -> ImportView:
        job = await imports.find(whose(caller), import_id)
        if job is None:
            raise not_there("import")
        return _import_view(job)

    return router


def catalog_api(
    access: Access, campaigns: Campaigns, items: Items, withdraw: WithdrawItem
) -> APIRouter:
    """What a campaign offers."""
    router = APIRouter(prefix="/campaigns/{campaign_id}/catalog", tags=["catalog"])
    reader = Annotated[Caller, Depends(access.require("campaigns:read"))]
    writer = Annotated[Caller, Depends(access.require("campaigns:write"))]

    @router.get("")
    async def list_items(campaign_id: str, caller: reader, paging: Paged) -> Page[ItemView]:
        campaign = await found_campaign(campaigns, caller, campaign_id)
        after = paging.after(str)
        found = await items.page(
            campaign["brand_id"],
            campaign["_id"],
            str(after[0]) if after else None,
            paging.limit + 1,
        )
        return paging.page([_item_view(one) for one in found], lambda one: (one.item_id,))

    @router.delete("/{item_id}", status_code=204)
    async def withdraw_item(campaign_id: str, item_id: str, caller: writer) -> None:
        await withdraw(await found_campaign(campaigns, caller, campaign_id), item_id)

    return router
