"""Such a story once more: live coroutines, a live store, real times; nothing is remembered."""

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from by_hand import finish
from collection_in_memory import CollectionInMemory
from giftstream.clock import now

from exploring.answers import FAILURES, TUNED
from exploring.calls import Call
from exploring.cast import MAY_END_WITH, Role, doing_of
from exploring.explore import silent
from exploring.outside import Document, Shop, copied, timeless
from exploring.people import BEGUN, ORDER_ID
from exploring.promises import (
    broken_discard,
    broken_in_the_end,
    broken_now,
    broken_permission,
    two_live_orders,
)
from exploring.story import SWEEPER
from exploring.troupe import Code, Troupe

BEGINS = re.compile(r"(\w+) begins(?:, epoch (\d+))?(, short lease)?")
CALLS = re.compile(r"(\w+): (\w+)(?:, (?!and ends)(\w+))?")


class Replay:
    """`broken` is the first promise that did not hold, None while all do."""

    def __init__(self, code: Code | None = None, *, rules: bool = True) -> None:
        self._rules = rules
        self._promise = broken_now if rules else two_live_orders
        self.store = Shop().opened()
        self.orders = CollectionInMemory()
        self.broken: str | None = None
        self._dues: dict[int, Document] = {}
        self._troupe = Troupe(code or Code(), lambda due: copied(self._dues[due]))
        self._at_work: dict[str, tuple[Coroutine[Any, Any, Any], Call | None]] = {}
        self._kinds: dict[str, str] = {}
        finish(self.orders.insert_one(BEGUN))

    @property
    def order(self) -> Document:
        """As it stands."""
        found: Document = self.orders.documents[ORDER_ID]
        return found

    @property
    def shop(self) -> Shop:
        """What the store has now."""
        return Shop.of(replace(self.store, numbers=copy(self.store.numbers)))

    def __call__(self, lines: Sequence[str]) -> str | None:
        """What was broken at the end of these lines."""
        with silent():
            for line in lines:
                self._do(line)
                self.broken = self.broken or self._promise(timeless(self.order), self.shop)
        return self.broken

    def _do(self, line: str) -> None:
        what, _, how = line.partition(": ")
        if line == "all die":
            self._at_work = {}
        elif line == "at the end":
            self.broken = self.broken or broken_in_the_end(timeless(self.order), self.shop)
        elif line.endswith(" dies"):
            del self._at_work[line.split()[0]]
        elif what in OTHERS:
            OTHERS[what](self, how)
        elif begins := BEGINS.fullmatch(line):
            self._begins(*begins.groups())
        elif calls := CALLS.match(line):
            self._calls(*calls.groups())

    def _begins(self, name: str, epoch: str | None, short: str | None) -> None:
        role = Role("sweep")
        if name != SWEEPER:
            number = len(self._dues) + 1
            self._dues[number] = copied(self.order)
            role = Role("worker", (number, int(epoch or 0), bool(short)))
        self._start(name, role)

    def _start(self, name: str, role: Role) -> None:
        coroutine = self._troupe.begins(role)
        self._kinds[name] = role.kind
        self._at_work[name] = (coroutine, coroutine.send(None))

    def _runs(self, name: str, role: Role) -> None:
        self._start(name, role)
        while name in self._at_work:
            self._calls(name, None, None)

    def _calls(self, name: str, doing: str | None, fault: str | None) -> None:
        coroutine, call = self._at_work[name]
        assert call is not None
        assert doing in (None, doing_of(coroutine, call)), (
            f"{name} is at {doing_of(coroutine, call)}"
        )
        try:
            said = self._carried_out(call, fault)
        except FAILURES as error:
            self._goes_on(name, error)
        else:
            self._goes_on(name, said)

    def _goes_on(self, name: str, said: Any) -> None:
        coroutine, _ = self._at_work[name]
        go_on = coroutine.throw if isinstance(said, Exception) else coroutine.send
        try:
            self._at_work[name] = (coroutine, go_on(said))
        except (StopIteration, *MAY_END_WITH[self._kinds[name]]):
            del self._at_work[name]

    def _carried_out(self, call: Call, fault: str | None) -> Any:
        if call.where == "lease":
            return fault is None
        if call.where == "store":
            return self._by_store(call, fault)
        if call.name == "find_one":
            return finish(self.orders.find_one(*call.args))
        if call.name == "replace":
            self.orders.documents[ORDER_ID] = {**call.args[0], "version": self.order["version"] + 1}
            return self.order
        if fault == "no_room":
            return None
        after = finish(self.orders.find_one_and_update(*call.args))
        if self._rules and after is not None and "$currentDate" in call.args[1]:
            self.broken = self.broken or broken_permission(after, self.shop)
        return after

    def _by_store(self, call: Call, fault: str | None) -> Any:
        if self._rules and call.name == "discard":
            self.broken = self.broken or broken_discard(self.order, call.args[0])
        if call.name == "open_marked":
            assert call.args[0] <= now()
        untuned = replace(self.store)
        if fault in TUNED:
            TUNED[fault](self.store)
        else:
            self.store.faults = {call.name: [fault]} if fault else {}  # type: ignore[list-item]  # a fault by its name
        try:
            return finish(getattr(self.store, call.name)(*call.args))
        finally:
            for name in ("off_by", "looks_until_ready", "search_is_late"):
                setattr(self.store, name, getattr(untuned, name))
            self.store.stocked = {}


OTHERS: Mapping[str, Callable[[Replay, str], None]] = {
    "decides": lambda replay, verb: replay._runs("person", Role("person", (verb, ORDER_ID))),
    "arrives": lambda replay, index: replay.store.arrive_one(int(index)),
    "removes": lambda replay, handle: replay.store.deleted_by_hand(handle),
}
