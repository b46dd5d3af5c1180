"""`/_faults`: what goes wrong in calls, on request."""

from typing import Any

from fastapi import APIRouter, HTTPException

from simulator.control.stores import store_of
from simulator.database import Document
from simulator.faults import AskedFault
from simulator.world import World


def faults_api(world: World) -> APIRouter:
    """Faults are set, listed and taken back."""
    api = APIRouter(tags=["faults"])

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

    return api
