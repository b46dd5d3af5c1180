"""`/_ready`, `/_ledger`, `/_autopilot`."""

from typing import Any

from fastapi import APIRouter, Query, Response

from simulator.autopilot import AskedAutopilot, Autopilot
from simulator.world import World


def running_api(world: World, autopilot: Autopilot) -> APIRouter:
    """What really happened, and the merchant who works by the clock."""
    api = APIRouter(tags=["running"])

    @api.get("/_ready")
    async def ready() -> dict[str, bool]:
        return {"ready": True}

    @api.get("/_ledger")
    async def read_ledger(store: str | None = None, after: int = Query(0, ge=0)) -> Response:
        return Response(
            world.ledger.page(None if store == "*" else store, after), media_type="application/json"
        )

    @api.post("/_autopilot")
    async def set_autopilot(asked: AskedAutopilot) -> dict[str, Any]:
        return autopilot.set(asked)

    @api.get("/_autopilot")
    async def read_autopilot() -> dict[str, Any]:
        return autopilot.state()

    return api
