"""How a store's webhooks misbehave on request: lost, doubled, shuffled, late."""

from __future__ import annotations

import random

from pydantic import BaseModel, ConfigDict, Field

from simulator.database import Database, Document

SHUFFLE_S = 0.5


class AskedChaos(BaseModel):
    """Body of `POST /_webhooks`; the last one for a store counts."""

    model_config = ConfigDict(extra="forbid")

    store: str = "*"
    drop: float = Field(0.0, ge=0, le=1, description="share of deliveries never sent")
    duplicate: int = Field(1, ge=1, le=100, description="how often each delivery is sent")
    shuffle: bool = Field(False, description="each is sent after a random pause")
    delay_ms: int = Field(0, ge=0, description="each is sent so much later")


class Chaos:
    """The disturbances by store; those of `*` hold where a store has none of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked = {key: AskedChaos(**doc) for _, key, doc in database.load("chaos")}

    def set(self, asked: AskedChaos) -> None:
        """Replaces what held for that store; a body of defaults ends it."""
        self._asked[asked.store] = asked
        self._database.put("", "chaos", asked.store, asked.model_dump())

    def active(self) -> list[Document]:
        """What was asked, by store."""
        return [asked.model_dump() for asked in self._asked.values()]

    def pauses_s(self, store: str) -> list[float]:
        """When to send one delivery, from now; empty: never."""
        asked = self._asked.get(store) or self._asked.get("*") or AskedChaos()
        if random.random() < asked.drop:
            return []
        late = asked.delay_ms / 1000
        spread = SHUFFLE_S if asked.shuffle else 0.0
        return [late + random.random() * spread for _ in range(asked.duplicate)]
