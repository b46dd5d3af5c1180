"""`/_merchant/{store}`: what a merchant does by hand."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel

from simulator.control.stores import store_of
from simulator.database import Document
from simulator.world import Platform, World

OrderAction = Literal["fulfill", "deliver", "unfulfill", "cancel", "return", "edit", "delete"]


class AskedAccess(BaseModel):
    """Body of `/revoke`."""

    scopes: list[str] = []


def merchant_api(world: World, platforms: dict[str, Platform]) -> APIRouter:
    """`{id}` of an order is its number in the store or the gift order id."""
    api = APIRouter(prefix="/_merchant/{store_id}", tags=["merchant"])
    empty: Document = {}

    @api.get("/orders")
    async def list_orders(store_id: str) -> dict[str, list[Document]]:
        store = store_of(world, store_id)
        return {"items": platforms[store.platform].orders(store)}

    @api.post("/orders/{order_id}/{action}")
    async def act(
        store_id: str,
        order_id: str,
        action: OrderAction,
        body: Annotated[dict[str, Any] | None, Body()] = None,
    ) -> dict[str, Any]:
        store = store_of(world, store_id)
        return platforms[store.platform].order_action(store, order_id, action, body or empty)

    @api.delete("/drafts/{draft_id}")
    async def discard_draft(store_id: str, draft_id: str) -> dict[str, Any]:
        store = store_of(world, store_id)
        return platforms[store.platform].discard_draft(store, draft_id)

    @api.patch("/variants/{variant_id}")
    async def change_variant(
        store_id: str, variant_id: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        store = store_of(world, store_id)
        return platforms[store.platform].change_variant(store, variant_id, body)

    @api.post("/{action}")
    async def change_access(
        store_id: str,
        action: Literal["uninstall", "revoke", "restore"],
        body: AskedAccess | None = None,
    ) -> dict[str, Any]:
        store = store_of(world, store_id)
        scopes = body.scopes if body else []
        if action == "revoke" and not scopes:
            raise HTTPException(422, "name the scopes to revoke")
        return platforms[store.platform].change_access(store, action, scopes)

    return api
