"""`/_merchant/{store}/rotate` and `/privacy`: what happens to the app itself."""

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from simulator.control.stores import store_of
from simulator.world import Platform, World


class AskedRotation(BaseModel):
    """Body of `/rotate`: what is to be new."""

    model_config = ConfigDict(extra="forbid")

    access_token: bool = False
    webhook_secret: bool = False


class AskedPrivacy(BaseModel):
    """Body of `/privacy`; `uri` is what the app's own settings name."""

    model_config = ConfigDict(extra="forbid")

    topic: Literal["customers/data_request", "customers/redact", "shop/redact"]
    uri: str
    customer: dict[str, Any] = {"id": 207119551, "email": "ana@example.com", "phone": None}
    orders: list[int] = []


def app_api(world: World, platforms: dict[str, Platform]) -> APIRouter:
    """New credentials, and what Shopify asks of an app about people."""
    api = APIRouter(prefix="/_merchant/{store_id}", tags=["merchant"])

    @api.post("/rotate")
    async def rotate(store_id: str, asked: AskedRotation) -> dict[str, Any]:
        store = store_of(world, store_id)
        return platforms[store.platform].rotate(store, asked.access_token, asked.webhook_secret)

    @api.post("/privacy")
    async def ask_about_people(store_id: str, asked: AskedPrivacy) -> dict[str, Any]:
        store = store_of(world, store_id)
        return platforms[store.platform].ask_about_people(store, asked.model_dump())

    return api
