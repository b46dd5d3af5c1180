"""`/_faults` and `/_webhooks`: what goes wrong on request."""

from typing import Any

from fastapi import APIRouter, HTTPException

from simulator.control.stores import store_of
from simulator.database import Document
from simulator.faults import AskedFault
from simulator.webhooks.chaos import AskedChaos
from simulator.world import World


def disturbances_api(world: World) -> APIRouter:
    """What goes wrong in calls, and how webhooks misbehave."""
    api = APIRouter(tags=["disturbances"])

    @api.post("/_faults", status_code=201)
    async def add_fault(asked: AskedFault) -> dict[str, Any]:
        if asked.store != "*":
            store_of(world, asked.store)
        return world.faults.add(asked)

    @api.get("/_faults")
    async def list_faults() -> dict[str, list[Document]]:
        return {"items": world.faults.active()}

    @api.delete("/_faults")
    async def remove_faults(id: str | None = None, store: str | None = None) -> dict[str, int]:  # noqa: A002
        removed = world.faults.remove(id, store)
        if id is not None and not removed:
            raise HTTPException(404, f"no fault {id}; it may have happened already")
        return {"removed": removed}

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
