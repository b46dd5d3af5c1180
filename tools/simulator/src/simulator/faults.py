"""The menu of faults: what goes wrong, in which store, at which operation, how often."""

from __future__ import annotations

import random
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from simulator.database import Database, Document

FaultName = Literal[
    "latency",
    "throttle",
    "server_error",
    "reset_before",
    "reset_after_commit",
    "hang_after_commit",
    "html",
    "truncated",
    "unauthorized",
    "search_lag",
    "total_off",
]
# These change what happens inside a call, beside whatever ends it.
BESIDE: frozenset[str] = frozenset({"latency", "search_lag", "total_off"})
DEFAULT_DELAY_MS: Mapping[str, int] = {
    "latency": 1_000,
    "hang_after_commit": 60_000,
    "search_lag": 10_000,
}


class AskedFault(BaseModel):
    """Body of `POST /_faults`; without `times` and `probability` it holds until deleted."""

    model_config = ConfigDict(extra="forbid")

    store: str = "*"
    operation: str = "*"
    fault: FaultName
    times: int | None = Field(None, ge=1)
    probability: float | None = Field(None, gt=0, le=1)
    delay_ms: int | None = Field(None, ge=0)
    done: bool = Field(False, description="server_error, html: the operation is done all the same")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What happens to one call."""

    ending: str | None = None
    done: bool = False
    hang_s: float = 0.0
    latency_s: float = 0.0
    search_lag_s: float = 0.0
    total_off: bool = False
    names: tuple[str, ...] = ()


class Faults:
    """Faults survive a restart; `times` counts down as calls draw them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._faults: dict[str, Document] = {key: doc for _, key, doc in database.load("fault")}

    def add(self, asked: AskedFault) -> Document:
        """The fault with its id."""
        fault = {"id": uuid.uuid4().hex, **asked.model_dump(), "drawn": 0}
        if fault["delay_ms"] is None:
            fault["delay_ms"] = DEFAULT_DELAY_MS.get(asked.fault, 0)
        self._faults[fault["id"]] = fault
        self._database.put("", "fault", fault["id"], fault)
        return fault

    def active(self) -> list[Document]:
        """Those that can still happen."""
        return list(self._faults.values())

    def remove(self, fault_id: str | None, store: str | None = None) -> int:
        """One by id, all of a store, or all; returns how many."""
        gone = [
            key
            for key, fault in self._faults.items()
            if fault_id in (None, key) and store in (None, fault["store"])
        ]
        for key in gone:
            del self._faults[key]
            self._database.delete("", "fault", key)
        return len(gone)

    def draw(
        self, store: str, operations: Collection[str], inside: Mapping[str, Collection[str]]
    ) -> Drawn:
        """Claims the faults of one call: the first that ends it, and all that go beside.

        `inside` says which operations can meet `search_lag` and `total_off`, so that a fault
        for every operation is not used up where it would change nothing.
        """
        if not self._faults:
            return Drawn()
        taken: dict[str, Document] = {}
        for fault in self.active():
            name = fault["fault"]
            slot = name if name in BESIDE else "ending"
            if slot in taken or not _concerns(fault, store, operations, inside.get(name)):
                continue
            if self._claim(fault):
                taken[slot] = fault
        return _drawn(taken)

    def _claim(self, fault: Document) -> bool:
        if fault["probability"] is not None and random.random() >= fault["probability"]:
            return False
        fault["drawn"] += 1
        if fault["times"] is not None:
            fault["times"] -= 1
        if fault["times"] == 0:
            self.remove(fault["id"])
        else:
            self._database.put("", "fault", fault["id"], fault)
        return True


def _concerns(
    fault: Document, store: str, operations: Collection[str], inside: Collection[str] | None
) -> bool:
    if fault["store"] not in ("*", store):
        return False
    if inside is not None and not any(operation in inside for operation in operations):
        return False
    return fault["operation"] == "*" or fault["operation"] in operations


def _drawn(taken: dict[str, Document]) -> Drawn:
    def seconds(slot: str) -> float:
        return float(taken[slot]["delay_ms"]) / 1000 if slot in taken else 0.0

    ending = taken.get("ending")
    return Drawn(
        ending=ending["fault"] if ending else None,
        done=bool(ending and ending["done"]),
        hang_s=seconds("ending"),
        latency_s=seconds("latency"),
        search_lag_s=seconds("search_lag"),
        total_off="total_off" in taken,
        names=tuple(fault["fault"] for fault in taken.values()),
    )
