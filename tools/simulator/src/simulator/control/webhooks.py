"""`/_webhooks`: how outgoing webhooks misbehave, on request."""

from fastapi import APIRouter

from simulator.control.stores import store_of
from simulator.database import Document
from simulator.webhooks.chaos import AskedChaos
from simulator.world import World


def webhooks_api(world: World) -> APIRouter:
    """One setting per store, and one for all the others under `*`."""
    api = APIRouter(tags=["webhooks"])

    @api.post("/_webhooks")
    async def disturb_webhooks(asked: AskedChaos) -> dict[str, list[Document]]:
        if asked.store != "*":
            store_of(world, asked.store)
        world.chaos.set(asked)
        return {"items": world.chaos.active()}

    @api.get("/_webhooks")
    async def list_webhooks() -> dict[str, list[Document]]:
        return {"items": world.chaos.active()}

    return api
