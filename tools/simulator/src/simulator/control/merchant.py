"""`/_merchant/{store}`: what a merchant does by hand with orders and access."""

from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from simulator.control.stores import store_of
from simulator.database import Document
from simulator.world import Platform, World

OrderAction = Literal["fulfill", "deliver", "unfulfill", "cancel", "return", "edit", "delete"]


class AskedLine(BaseModel):
    """A quantity of what was ordered; for `edit`, the quantity that shall be."""

    model_config = ConfigDict(extra="forbid")

    variant_ref: str
    quantity: int = Field(1, ge=0)


class AskedAction(BaseModel):
    """Body of every action on an order; each reads what it needs, all of it may be left out."""

    model_config = ConfigDict(extra="forbid")

    lines: list[AskedLine] | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    reason: str | None = None
    restock: bool = True
    email: str | None = None
    note: str | None = None
    tags: list[str] | None = None
    shipping_address: dict[str, str | None] | None = None


class AskedAccess(BaseModel):
    """Body of `/revoke`."""

    scopes: list[str] = []


def orders_api(world: World, platforms: dict[str, Platform]) -> APIRouter:
    """`{id}` of an order is its number in the store or the gift order id."""
    api = APIRouter(prefix="/_merchant/{store_id}", tags=["merchant"])

    @api.get("/orders")
    async def list_orders(store_id: str) -> dict[str, list[Document]]:
        store = store_of(world, store_id)
        return {"items": platforms[store.platform].orders(store)}

    @api.post("/orders/{order_id}/{action}")
    async def act(
        store_id: str, order_id: str, action: OrderAction, body: AskedAction | None = None
    ) -> dict[str, Any]:
        store = store_of(world, store_id)
        asked = body.model_dump(exclude_unset=True) if body else {}
        return platforms[store.platform].order_action(store, order_id, action, asked)

    @api.delete("/drafts/{draft_id}")
    async def discard_draft(store_id: str, draft_id: str) -> dict[str, Any]:
        store = store_of(world, store_id)
        return platforms[store.platform].discard_draft(store, draft_id)

    return api


def access_api(world: World, platforms: dict[str, Platform]) -> APIRouter:
    """The merchant removes the app, takes scopes away, or gives everything back."""
    api = APIRouter(prefix="/_merchant/{store_id}", tags=["merchant"])

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
