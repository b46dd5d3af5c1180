"""Any interleaving of two workers, a sweeper, a merchant and a person, with any lost answers."""

from collections.abc import Coroutine, Generator
from dataclasses import replace
from typing import Any

from giftstream.clock import now
from giftstream_platforms.failures import AccessLost
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from placing_world import AT_ONCE, World, line

FAULTS = st.sampled_from(
    ["lost_before", "lost_after", "late", "busy", "unreachable", "refused", "access_lost"]
)
OPERATIONS = st.sampled_from(["stock", "prepare", "read", "commit", "discard", "open_handles"])
STEPS = st.one_of(
    st.tuples(st.just("step"), st.sampled_from("AB"), st.integers(1, 6)),
    st.tuples(st.just("start"), st.sampled_from("AB"), st.booleans()),
    st.tuples(st.just("kill"), st.sampled_from("AB"), st.none()),
    st.tuples(st.just("fault"), OPERATIONS, FAULTS),
    st.tuples(st.just("sweep"), st.just("S"), st.integers(1, 4)),
    st.tuples(st.just("arrive"), st.none(), st.none()),
    st.tuples(st.just("merchant deletes"), st.none(), st.none()),
    st.tuples(st.just("total is off"), st.booleans(), st.none()),
    st.tuples(st.just("search is late"), st.booleans(), st.none()),
    st.tuples(st.just("person places again"), st.booleans(), st.none()),
)
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

    def sweep(self, times: int) -> None:
        if "S" not in self.running:
            self.running["S"] = self.world.sweep().sweep("store-es")
        self.step("S", times)

    def do(self, what: str, which: Any, how: Any) -> None:
        store = self.world.store
        match what:
            case "start":
                self.start(which, how)
            case "step":
                self.step(which, how)
            case "sweep":
                self.sweep(how)
            case "kill" if which in self.running:
                self.running.pop(which).close()
            case "fault" if how != "late" or which == "commit":
                store.faults.setdefault(which, []).append(how)
            case "arrive":
                store.arrive()
            case "merchant deletes" if opened := self.world.open(self.order_id):
                store.deleted_by_hand(opened[0])
            case "total is off":
                store.off_by = 490 if which else 0
            case "search is late":
                store.search_is_late = which
            case "person places again":
                self.place_again(edited=which)

    def place_again(self, *, edited: bool) -> None:
        document = self.document
        if document["status"] != "on_hold":
            return
        if edited:
            document["lines"] = [line(quantity=document["lines"][0]["quantity"] % 5 + 1)]
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
            self.place_again(edited=False)
            if self.document["due_at"] is None and not self.running:
                return
            self.start("A", takes_over=True)
        raise AssertionError(f"not settled: {self.document}")


def ended(coroutine: Coroutine[Any, Any, Any]) -> bool:
    """One step further; what a lane would catch ends it too."""
    try:
        coroutine.send(None)
    except (StopIteration, AccessLost):
        return True
    return False


def finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """To its end without a pause for others."""
    while True:
        try:
            coroutine.send(None)
        except StopIteration as done:
            return done.value


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(STEPS, max_size=60))
def test_never_two_never_none(steps: list[tuple[str, Any, Any]]) -> None:
    schedule = Schedule()
    for what, which, how in steps:
        schedule.do(what, which, how)
        assert len(schedule.world.live(schedule.order_id)) <= 1
    schedule.calm()
    live = schedule.world.live(schedule.order_id)
    assert schedule.document["status"] == "placed"
    assert live == [schedule.document["store_order"]["id"]]
    finish(schedule.world.sweep().sweep("store-es"))
    assert schedule.world.open(schedule.order_id) == []
