"""What became of selections that were handed in: asked for until each is settled."""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from giftstream_cli.api import Api
from giftstream_cli.failures import NotHeld
from giftstream_cli.ids import path_id

AT_ONCE = 8
PAUSE_S = 0.3
# An order in one of these goes on by itself.
_UNDER_WAY = ("approved", "placing")


@dataclass(frozen=True, slots=True)
class Became:
    """One order of a selection, or in its place why there is none yet, or will be none."""

    status: str
    order_id: str | None = None
    store_id: str | None = None
    reasons: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "status": self.status,
            "order_id": self.order_id,
            "store_id": self.store_id,
            "reasons": list(self.reasons),
        }


def outcome(found: Mapping[str, Any]) -> list[Became]:
    """What order-placement says of a selection, order by order."""
    orders = [
        Became(one["status"], one["order_id"], one["store_id"], _codes(one["reasons"]))
        for one in found["orders"]
    ]
    return orders or [Became(found["outcome"], reasons=_codes(found["reasons"]))]


def row(name: object, became: Became) -> tuple[object, ...]:
    """For people."""
    reasons = ", ".join(became.reasons)
    return (name, became.status, became.order_id, became.store_id, reasons)


class Followed:
    """Selections by brand and id, and what each became so far."""

    def __init__(self, api: Api, selections: Iterable[tuple[str, str]]) -> None:
        self._api = api
        self.became: dict[tuple[str, str], list[Became]] = {one: [] for one in selections}

    def until_settled(self, within_s: float, settled: Callable[[int], None]) -> None:
        """Ask until none is under way any more, or time is up; `settled` hears how many are.

        Raises ServerAway.
        """
        deadline = time.monotonic() + within_s
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while open_ := [one for one, seen in self.became.items() if not _settled(seen)]:
                self.became |= zip(open_, pool.map(self._look, open_), strict=True)
                settled(sum(_settled(seen) for seen in self.became.values()))
                if time.monotonic() > deadline:
                    return
                # Only asking again tells what became of them.
                time.sleep(PAUSE_S)

    def _look(self, one: tuple[str, str]) -> list[Became]:
        brand, selection = (path_id(part, "selection") for part in one)
        try:
            return outcome(self._api.get(f"/selections/{brand}/{selection}"))
        except NotHeld as failed:
            if failed.problem != "not_found":
                raise
            return [Became("waiting")]


def _settled(seen: list[Became]) -> bool:
    return bool(seen) and all(one.status not in (*_UNDER_WAY, "waiting") for one in seen)


def _codes(reasons: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(str(one["code"]) for one in reasons)
