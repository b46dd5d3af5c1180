"""What a call does to the outside and what is answered, well or with a fault."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from typing import NamedTuple

from by_hand import finish
from collection_in_memory import apply, matches
from giftstream.delivery import Transient
from giftstream_platforms.failures import AccessLost, OutcomeUnknown, StoreRefused
from order_placement.store import Stock
from store_in_memory import StoreInMemory

from exploring.calls import Call
from exploring.cast import Answer, Cast, failing
from exploring.outside import Document, Outside, Shop, copied, frozen

FAILURES = (Transient, OutcomeUnknown, StoreRefused, AccessLost)
READING = ("unreachable", "busy", "access_lost")
CHANGING = ("lost_before", "lost_after", "late", *READING)
FAULTS: Mapping[str, tuple[str, ...]] = {
    "stock": (*READING, "none_left"),
    "prepare": (*CHANGING, "refused", "total_off", "calculating"),
    "read": READING,
    "commit": (*CHANGING, "refused"),
    "discard": CHANGING,
    "open_handles": READING,
    "open_marked": READING,
    "cancel": (*CHANGING, "refused"),
    "update": ("no_room",),
    "covers": ("not_renewed",),
}
"""By operation; each costs one of the bound's faults."""

SWEEP_READS = ("_id", "status", "phase", "handle", "discarded")
"""It is given no more of an order, so that its future cannot depend on more."""

TUNED: Mapping[str, Callable[[StoreInMemory], None]] = {
    "none_left": lambda store: store.stocked.update({"812": Stock(0)}),
    "total_off": lambda store: setattr(store, "off_by", 490),
    "calculating": lambda store: setattr(store, "looks_until_ready", 1),
    "stale": lambda store: setattr(store, "search_is_late", True),
}


class Effect(NamedTuple):
    """What is there afterwards."""

    order: int
    shop: int
    actor: int
    permitted: bool = False


class Written(NamedTuple):
    """An update that was tried on a document."""

    doing: str
    document: Document
    query: Document
    update: Document


class Answers:
    """Each call to each outside is carried out once, and remembered."""

    def __init__(self, cast: Cast, outside: Outside) -> None:
        self._cast = cast
        self._outside = outside
        self._known: dict[tuple[int, int, int, str | None], Effect] = {}

    def faults(self, actor: int) -> tuple[str, ...]:
        """What may go wrong with its next call, beside that it goes well."""
        call = self._cast[actor].call
        assert call is not None
        if call.name == "update" and not any(key.startswith("outbox.") for key in call.args[0]):
            return ()
        return FAULTS.get(call.name, ())

    def stale(self, actor: int, shop: int) -> bool:
        """Whether it is a search that may miss something; that costs no fault."""
        call = self._cast[actor].call
        return (
            call is not None
            and call.name == "open_handles"
            and bool(self._outside.shops[shop].open)
        )

    def updates(self) -> Iterator[Written]:
        """Every update that was carried out, each on every document that it met."""
        for who, order, _, fault in self._known:
            actor = self._cast[who]
            if fault is None and actor.call is not None and actor.call.name == "update":
                query, update = actor.call.args
                yield Written(actor.doing, self._outside.orders[order], query, update)

    def effect(self, actor: int, order: int, shop: int, fault: str | None) -> Effect:
        """Carries the actor's next call out."""
        call = self._cast[actor].call
        assert call is not None
        touched = (order, 0) if call.where == "orders" else (0, shop)
        key = (actor, *touched, fault)
        if key not in self._known:
            carried_out = {"orders": self._by_orders, "store": self._by_store}
            self._known[key] = carried_out.get(call.where, self._by_lease)(call, *key)
        found = self._known[key]
        return found._replace(order=found.order or order, shop=found.shop or shop)

    def _by_lease(self, _: Call, actor: int, __: int, ___: int, fault: str | None) -> Effect:
        renewed = fault is None
        return Effect(0, 0, self._cast.hears(actor, renewed, Answer(lambda: renewed)))

    def _by_store(self, call: Call, actor: int, _: int, shop: int, fault: str | None) -> Effect:
        store = self._outside.shops[shop].opened()
        if fault in TUNED:
            TUNED[fault](store)
        elif fault is not None:
            store.faults = {call.name: [fault]}  # type: ignore[list-item]  # a fault by its name
        try:
            said = finish(getattr(store, call.name)(*call.args))
        except FAILURES as error:
            heard = self._cast.hears(actor, (type(error).__name__, str(error)), failing(error))
        else:
            heard = self._cast.hears(actor, ("said", frozen(said)), Answer(lambda: copy(said)))
        return Effect(0, self._outside.shop(Shop.of(store)), heard)

    def _by_orders(self, call: Call, actor: int, order: int, _: int, fault: str | None) -> Effect:
        document = self._outside.orders[order]
        if call.name == "find_one":
            return self._told(actor, order, order)
        if call.name == "replace":
            return self._told(actor, order, self._outside.order(call.args[0]))
        query, update = call.args
        if fault == "no_room" or not matches(document, query):
            return self._told(actor, order, None)
        assert update["$inc"]["version"] == 1, "people would write over it"
        after = self._outside.copy_of(order)
        apply(after, update)
        told = self._told(actor, order, self._outside.order(after))
        return told._replace(permitted="$currentDate" in update)

    def _told(self, actor: int, order: int, after: int | None) -> Effect:
        """The document, or None: it did not hold."""
        if after is None:
            return Effect(order, 0, self._cast.hears(actor, "none", Answer(lambda: None)))
        if self._cast[actor].role.kind == "sweep":
            whole = self._outside.orders[after]
            seen = {**pick(whole, SWEEP_READS), "placing": pick(whole["placing"], SWEEP_READS)}
            return Effect(
                after, 0, self._cast.hears(actor, frozen(seen), Answer(lambda: copied(seen)))
            )
        answer = Answer(lambda: self._outside.copy_of(after))
        return Effect(after, 0, self._cast.hears(actor, ("order", after), answer))


def pick(document: Document, names: Sequence[str]) -> Document:
    return {name: document[name] for name in names if name in document}
