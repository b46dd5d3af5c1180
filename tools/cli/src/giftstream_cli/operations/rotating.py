"""One service's sealed values under the newest key: passes in batches, until nothing is left."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rich.progress import Progress

from giftstream_cli.api import Api
from giftstream_cli.failures import NotHeld

BATCH = 200
MOST_PASSES = 5
MOST_TOLD = 20


@dataclass(slots=True)
class Rotated:
    """What became of a service's values; `clean` when a whole pass found nothing left to do."""

    service: str
    documents: int = 0
    rewrapped: int = 0
    broken: int = 0
    broken_in: list[str] = field(default_factory=list)
    clean: bool = False

    def row(self) -> tuple[object, ...]:
        """For people."""
        state = "done" if self.clean else "not done"
        return (self.service, self.documents, self.rewrapped, self.broken, state)

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "service": self.service,
            "documents": self.documents,
            "rewrapped": self.rewrapped,
            "broken": self.broken,
            "broken_in": self.broken_in,
            "clean": self.clean,
        }


def require_one_key(services: Iterable[tuple[str, Api]]) -> str:
    """The key that all of them seal with. Raises NotHeld where they disagree."""
    named = {name: str(api.get("/admin/rewrap")["key_id"]) for name, api in services}
    if len(set(named.values())) > 1:
        told = ", ".join(f"{name}: {key_id}" for name, key_id in named.items())
        raise NotHeld(
            f"The services do not seal with the same key ({told}): restart all of them with the "
            "same sealing key file, then run it again."
        )
    return next(iter(named.values()))


def rotate(name: str, api: Api, bar: Progress, *, dry_run: bool) -> Rotated:
    """Passes until one finds nothing; with `dry_run` one pass that only counts."""
    found = Rotated(name)
    for number in range(1, 2 if dry_run else MOST_PASSES + 1):
        total = int(api.get("/admin/rewrap")["documents"])
        task = bar.add_task(f"{name}, pass {number}", total=max(total, 1))
        left = _pass(found, api, bar, task, dry_run=dry_run)
        if not left:
            found.clean = found.broken == 0
            return found
    return found


def _pass(found: Rotated, api: Api, bar: Progress, task: Any, *, dry_run: bool) -> int:
    """How many values were not under the newest key when this pass began."""
    cursor: str | None = None
    found.documents = found.broken = left = 0
    found.broken_in = []
    while True:
        asked = {"limit": BATCH, "cursor": cursor, "dry_run": dry_run}
        batch = api.post("/admin/rewrap", asked)
        found.documents += batch["seen"]
        found.rewrapped += batch["rewrapped"]
        found.broken += batch["broken"]
        found.broken_in += batch["broken_in"][: MOST_TOLD - len(found.broken_in)]
        left += int(batch["rewrapped"])
        bar.update(task, completed=found.documents)
        cursor = batch["next"]
        if cursor is None:
            return left
