"""A merchant who ships and delivers by the clock, in every store."""

from __future__ import annotations

import asyncio
import logging

from pydantic import BaseModel, ConfigDict, Field

from simulator.clock import now_s
from simulator.database import Document
from simulator.world import Platform, Refused, World

TICK_S = 0.2

log = logging.getLogger("simulator.autopilot")


class AskedAutopilot(BaseModel):
    """Body of `POST /_autopilot`: both times, or `{"off": true}`."""

    model_config = ConfigDict(extra="forbid")

    fulfill_after_s: float = Field(1.0, ge=0)
    deliver_after_s: float = Field(1.0, ge=0, description="after the parcel was shipped")
    off: bool = False


class Autopilot:
    """Its setting survives a restart."""

    def __init__(self, world: World, platforms: dict[str, Platform]) -> None:
        self._world, self._platforms = world, platforms
        kept = [AskedAutopilot(**doc) for _, _, doc in world.database.load("autopilot")]
        self._asked = kept[0] if kept else AskedAutopilot(off=True)

    def set(self, asked: AskedAutopilot) -> Document:
        """From now on, for every live order of every store."""
        self._asked = asked
        self._world.database.put("", "autopilot", "autopilot", asked.model_dump())
        return self.state()

    def state(self) -> Document:
        """What holds now."""
        return {"off": True} if self._asked.off else self._asked.model_dump()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            if not self._asked.off:
                await self._round()

    async def _round(self) -> None:
        now = now_s()
        fulfill_before = now - self._asked.fulfill_after_s
        deliver_before = now - self._asked.deliver_after_s
        for store in self._world.stores:
            platform = self._platforms[store.platform]
            for ref, action in list(platform.due(store, fulfill_before, deliver_before)):
                try:
                    platform.order_action(store, ref, action, {})
                except Refused as refusal:
                    log.warning("autopilot: %s %s: %s", action, ref, refusal)
            self._world.database.commit()
            # Other requests come in between two stores.
            await asyncio.sleep(0)
