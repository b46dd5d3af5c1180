"""`/_stores`: stores are opened, listed and closed."""

from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from simulator.database import Document
from simulator.stores import Store
from simulator.world import Platform, World


class AskedStore(BaseModel):
    """Body of `POST /_stores`."""

    model_config = ConfigDict(extra="forbid")

    platform: str = "shopify"
    name: str = Field(min_length=1, max_length=100)
    products: int = Field(20, ge=0, le=10_000)
    variants: int = Field(3, ge=1, le=100)
    stock: int | None = Field(None, description="of each variant; 1,000 when left out")
    rate: float | None = Field(None, gt=0, description="Shopify: GraphQL points per second")
    currency: str | None = Field(None, min_length=3, max_length=3)
    ships_to: list[str] | None = Field(None, description="countries; left out: everywhere")


def store_of(world: World, store_id: str) -> Store:
    """404 when there is none."""
    store = world.stores.get(store_id)
    if store is None:
        raise HTTPException(404, f"no store {store_id}; POST /_stores makes one")
    return store


def stores_api(world: World, platforms: dict[str, Platform]) -> APIRouter:
    """Every POST makes a new store, whatever its name."""
    api = APIRouter(tags=["stores"])

    @api.post("/_stores", status_code=201)
    async def open_store(asked: AskedStore) -> dict[str, Any]:
        platform = platforms.get(asked.platform)
        if platform is None:
            raise HTTPException(422, f"platform is one of: {', '.join(sorted(platforms))}")
        return platform.open_store(asked.model_dump())

    @api.get("/_stores")
    async def list_stores() -> dict[str, list[Document]]:
        return {"items": [platforms[store.platform].describe(store) for store in world.stores]}

    @api.get("/_stores/{store_id}")
    async def read_store(store_id: str) -> dict[str, Any]:
        store = store_of(world, store_id)
        return platforms[store.platform].describe(store)

    @api.delete("/_stores/{store_id}", status_code=204)
    async def close_store(store_id: str) -> None:
        store_of(world, store_id)
        world.courier.forget(store_id)
        world.faults.remove(None, store_id)
        world.stores.close(store_id)

    return api
