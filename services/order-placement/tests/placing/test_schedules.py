"""Any interleaving of two workers, a sweeper, a merchant and a person, with any lost answers."""

from collections.abc import Coroutine, Generator
from dataclasses import replace
from datetime import datetime
from typing import Any

from by_hand import finish
from giftstream.clock import now
from giftstream.delivery import Transient
from giftstream_platforms.failures import AccessLost, OutcomeUnknown, StoreRefused
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from order_placement.deciding.edits import is_editable
from placing_world import AT_ONCE, World, line
from store_in_memory import Fault

FAULTS = st.sampled_from(
    ["lost_before", "lost_after", "late", "busy", "unreachable", "refused", "access_lost"]
)
OPERATIONS = st.sampled_from(["stock", "prepare", "read", "commit", "discard", "open_handles"])
WORKER = st.sampled_from("AB")
KINDS = {
    "step": (16, st.tuples(st.just("step"), WORKER, st.integers(1, 8))),
    "start": (6, st.tuples(st.just("start"), WORKER, st.booleans())),
    "kill": (1, st.tuples(st.just("kill"), WORKER, st.none())),
    "late": (2, st.just(("fault", "commit", "late"))),
    "fault": (2, st.tuples(st.just("fault"), OPERATIONS, FAULTS)),
    "sweep": (1, st.tuples(st.just("sweep"), st.just("S"), st.integers(1, 4))),
    "arrive": (2, st.just(("arrive", None, None))),
    "merchant": (1, st.just(("merchant_deletes", None, None))),
    "off": (1, st.tuples(st.just("total_is_off"), st.booleans(), st.none())),
    "search": (1, st.tuples(st.just("search_is_late"), st.booleans(), st.none())),
    "person": (2, st.tuples(st.just("place_again"), st.booleans(), st.none())),
    "refused": (2, st.just(("fault", "commit", "refused"))),
    "edit": (2, st.just(("edit", None, None))),
}
# How often each kind comes: an order needs some ten steps, and two workers have to get far.
STEPS = st.sampled_from([kind for kind, (often, _) in KINDS.items() for _ in range(often)]).flatmap(
    lambda kind: KINDS[kind][1]
)
SCHEDULES = st.lists(STEPS, min_size=20, max_size=80)
ROUNDS = 60


class Breath:
    """Suspends whoever awaits it until the schedule lets it go on."""

    def __await__(self) -> Generator[None, None, None]:
        yield


async def breathe() -> None:
    await Breath()


class Schedule:
    """Coroutines stepped by hand: an order of events is a list, and can be shrunk."""

    def __init__(self) -> None:
        self.world = World(limits=replace(AT_ONCE, probe_s=0.0))
        self.world.store.breath = breathe
        self.world.database["orders"].breath = breathe
        self.running: dict[str, Coroutine[Any, Any, Any]] = {}
        self.order_id = finish(self.world.add())
        self.permitted_at: datetime | None = None

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = self.world.database["orders"].documents[self.order_id]
        return document

    def start(self, name: str, takes_over: bool) -> None:
        """As if a replica had leased the lane: the other one is not told."""
        if name in self.running or self.document["due_at"] is None:
            return
        self.world.epoch += takes_over
        due = finish(self.world.placements.find(self.order_id))
        place = self.world.worker(lambda _: None)
        self.running[name] = place(due, self.world.lease(), self.world.store, self.world.profile)

    def step(self, name: str, times: int) -> None:
        for _ in range(times):
            if name in self.running and ended(self.running[name]):
                del self.running[name]

    def sweep(self, _: str, times: int) -> None:
        if "S" not in self.running:
            self.running["S"] = self.world.sweep().sweep("store-es")
        self.step("S", times)

    def do(self, what: str, which: Any, how: Any) -> None:
        getattr(self, what)(which, how)
        self.check()

    def check(self) -> None:
        """Never two; and what is permitted is what the order says now, not what it once said."""
        assert len(self.world.live(self.order_id)) <= 1
        placing = self.document["placing"]
        if placing["permitted_at"] == self.permitted_at:
            return
        self.permitted_at = placing["permitted_at"]
        if draft := self.world.store.drafts.get(placing["handle"]):
            assert draft.content == self.document.get("content", 0), "an old handle is permitted"

    def kill(self, name: str, _: None) -> None:
        if name in self.running:
            self.running.pop(name).close()

    def fault(self, operation: str, fault: Fault) -> None:
        if fault != "late" or operation in ("prepare", "commit", "discard"):
            self.world.store.faults.setdefault(operation, []).append(fault)

    def arrive(self, *_: None) -> None:
        self.world.store.arrive()

    def merchant_deletes(self, *_: None) -> None:
        if opened := self.world.open(self.order_id):
            self.world.store.deleted_by_hand(opened[0])

    def total_is_off(self, off: bool, _: None) -> None:
        self.world.store.off_by = 490 if off else 0

    def search_is_late(self, late: bool, _: None) -> None:
        self.world.store.search_is_late = late

    def edit(self, *_: None) -> None:
        """Of the recipient: before placing has begun, or between a refusal and placing again."""
        document = self.document
        if is_editable(document):
            document["content"] = document.get("content", 0) + 1
            document["version"] += 1

    def place_again(self, edited: bool, _: None = None) -> None:
        document = self.document
        if document["status"] != "on_hold":
            return
        if edited:
            document["lines"] = [line(quantity=document["lines"][0]["quantity"] % 5 + 1)]
            self.edit()
        document |= {"status": "approved", "reasons": [], "due_at": now()}
        document["version"] += 1

    def calm(self) -> None:
        """No more faults: what was under way arrives, workers finish, a person releases holds."""
        store = self.world.store
        store.faults, store.off_by, store.search_is_late = {}, 0, False
        store.arrive()
        for _ in range(ROUNDS):
            for name in list(self.running):
                self.step(name, 50)
                self.check()
            if self.document["status"] == "on_hold":
                self.edit()
            self.place_again(edited=False)
            if self.document["due_at"] is None and not self.running:
                return
            self.start("A", takes_over=True)
        raise AssertionError(f"not settled: {self.document}")


def ended(coroutine: Coroutine[Any, Any, Any]) -> bool:
    """One step further; what a lane would catch ends it too."""
    try:
        coroutine.send(None)
    except (StopIteration, Transient, OutcomeUnknown, StoreRefused, AccessLost):
        return True
    return False


@settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(SCHEDULES)
def test_never_two_never_none(steps: list[tuple[str, Any, Any]]) -> None:
    never_two_never_none(steps)


def never_two_never_none(steps: list[tuple[str, Any, Any]]) -> None:
    """At no moment two live orders; in the end exactly one, and nothing left over."""
    schedule = Schedule()
    for what, which, how in steps:
        schedule.do(what, which, how)
    schedule.calm()
    live = schedule.world.live(schedule.order_id)
    assert schedule.document["status"] == "placed"
    assert live == [schedule.document["store_order"]["id"]]
    finish(schedule.world.sweep().sweep("store-es"))
    assert schedule.world.open(schedule.order_id) == []
