"""`/_merchant/{store}/variants`: what a merchant changes about the goods."""

from decimal import Decimal
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from simulator.control.stores import store_of
from simulator.world import Platform, World


class AskedVariant(BaseModel):
    """Body of `PATCH …/variants/{id}`; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    stock: int | None = None
    price: Decimal | None = Field(None, ge=0)
    deleted: bool | None = None
    inventory_policy: Literal["DENY", "CONTINUE", "deny", "continue"] | None = None
    tracked: bool | None = None
    sku: str | None = None


def goods_api(world: World, platforms: dict[str, Platform]) -> APIRouter:
    """A product whose last variant is deleted is deleted too."""
    api = APIRouter(prefix="/_merchant/{store_id}", tags=["merchant"])

    @api.patch("/variants/{variant_id}")
    async def change_variant(store_id: str, variant_id: str, body: AskedVariant) -> dict[str, Any]:
        store = store_of(world, store_id)
        asked = body.model_dump(exclude_none=True)
        return platforms[store.platform].change_variant(store, variant_id, asked)

    return api
