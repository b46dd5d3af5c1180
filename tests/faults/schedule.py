"""What goes wrong, where and when: drawn from a seed, so that a run can be had again."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import ConfigDict

FEWEST, MOST = 5, 15
SPACING_S = 1.2
PAST_LEASE_S = 6.5
REPLICAS = ("order-placement", "order-placement-2")
SERVICES = ("campaign", *REPLICAS, "store-sync", "notification")
NODES = (0, 1, 2)
STORES = (0, 1, 2, 3)

DELIVERY = (
    "batch.decoded",
    "batch.written",
    "batch.published",
    "batch.before_ack",
    "outbox.before_send",
    "outbox.sent",
    "outbox.pulled",
)
PLACING = (
    "place.claimed",
    "place.intent_saved",
    "place.prepare_sent",
    "place.handle_saved",
    "place.checked",
    "place.permitted",
    "place.commit_sent",
    "place.result_saved",
    "place.published",
    "sweep.listed",
    "sweep.discarded",
)
POINTS = {
    "campaign": DELIVERY,
    "order-placement": DELIVERY + PLACING,
    "order-placement-2": DELIVERY + PLACING,
    "store-sync": (
        *DELIVERY,
        "hook.verified",
        "hook.persisted",
        "follow.read",
        "follow.saved",
        "poll.page_applied",
        "poll.cursor_saved",
    ),
    "notification": (*DELIVERY, "mail.claimed", "mail.data_accepted", "mail.marked"),
}
CALLS = (
    "nodes",
    "draftOrderAvailableDeliveryOptions",
    "draftOrderCreate",
    "draftOrder",
    "draftOrderComplete",
    "draftOrderDelete",
    "draftOrders",
    "orderCancel",
    "order",
    "orders",
    "*",
)
ANSWERS = (
    "server_error",
    "reset_before",
    "reset_after_commit",
    "hang_after_commit",
    "throttle",
    "html",
    "truncated",
    "latency",
    "unauthorized",
)
GROWING = ("campaign", "order-placement", "notification")
"""What may get one more replica while it works, which leaves again."""
SCOPES = ("write_draft_orders", "read_orders", "read_products", "read_inventory")
MAIL_FAULTS = (
    ("connect", "421"),
    ("mail", "450"),
    ("rcpt", "451"),
    ("data", "abort"),
    ("data", "abort_after_data"),
    ("data", "hang_after_data"),
)


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong for a while. `what` says more, in the words of its kind."""

    __pydantic_config__ = ConfigDict(extra="forbid")
    """Read from a file, a mistyped name is an error and no default."""

    at_s: float
    kind: str
    target: str
    lasts_s: float
    what: str = ""

    def __str__(self) -> str:
        """A line of the printed plan."""
        words = f"{self.at_s:5.1f} s  {self.kind} {self.target} for {self.lasts_s:.1f} s"
        return f"{words}: {self.what}" if self.what else words


Draw = Callable[[random.Random, float], Fault]


def plan(seed: int, within_s: float) -> list[Fault]:
    """The faults of a seed, in order; the same seed and time give the same plan."""
    drawing = random.Random(seed)
    most = max(FEWEST, min(MOST, int(within_s / SPACING_S)))
    count = drawing.randint(FEWEST, most)
    kinds = _shuffled(drawing, count)
    times = sorted(drawing.uniform(0.0, within_s) for _ in range(count))
    return [draw(drawing, round(at_s, 2)) for draw, at_s in zip(kinds, times, strict=True)]


def _shuffled(drawing: random.Random, count: int) -> Sequence[Draw]:
    """Few of one kind while there are others: a short plan shall not be all store faults."""
    kinds: list[Draw] = []
    while len(kinds) < count:
        kinds += drawing.sample(MENU, len(MENU))
    return kinds[:count]


def _service(kind: str, shortest_s: float, longest_s: float) -> Draw:
    def draw(drawing: random.Random, at_s: float) -> Fault:
        # Placing is what the promise is about: its replicas are hit as often as all others.
        name = drawing.choice(REPLICAS if drawing.random() < 0.5 else SERVICES)
        return Fault(at_s, kind, name, round(drawing.uniform(shortest_s, longest_s), 2))

    return draw


def _crash(drawing: random.Random, at_s: float) -> Fault:
    name = drawing.choice(REPLICAS if drawing.random() < 0.5 else SERVICES)
    point = f"{drawing.choice(POINTS[name])}:{drawing.randint(1, 3)}"
    return Fault(at_s, "crash", name, PAST_LEASE_S, point)


def _stop_at(drawing: random.Random, at_s: float) -> Fault:
    point = f"{drawing.choice(PLACING[:9])}:{drawing.randint(1, 3)}:stop"
    return Fault(at_s, "stop at", drawing.choice(REPLICAS), PAST_LEASE_S, point)


def _node(kind: str, shortest_s: float, longest_s: float) -> Draw:
    def draw(drawing: random.Random, at_s: float) -> Fault:
        node = drawing.choice(NODES)
        return Fault(at_s, kind, str(node), round(drawing.uniform(shortest_s, longest_s), 2))

    return draw


def _store(drawing: random.Random, at_s: float) -> Fault:
    call, answer = drawing.choice(CALLS), drawing.choice(ANSWERS)
    what = f"{call} {answer} {drawing.choice((0.2, 0.5, 1.0))}"
    return Fault(
        at_s, "store", str(drawing.choice(STORES)), round(drawing.uniform(1.0, 5.0), 2), what
    )


def _search(drawing: random.Random, at_s: float) -> Fault:
    return Fault(at_s, "store", str(drawing.choice(STORES)), 5.0, "draftOrders search_lag 1.0")


def _total(drawing: random.Random, at_s: float) -> Fault:
    return Fault(at_s, "store", str(drawing.choice(STORES)), 0.5, "draftOrderCreate total_off 0.3")


def _webhooks(drawing: random.Random, at_s: float) -> Fault:
    what = f"drop {drawing.choice((0.1, 0.5, 1.0))} duplicate {drawing.choice((1, 3))}"
    store = str(drawing.choice(STORES))
    return Fault(at_s, "webhooks", store, round(drawing.uniform(2.0, 8.0), 2), what)


def _access(drawing: random.Random, at_s: float) -> Fault:
    what = drawing.choice(("uninstall", f"revoke {drawing.choice(SCOPES)}"))
    store = str(drawing.choice(STORES))
    return Fault(at_s, "access", store, round(drawing.uniform(2.0, 6.0), 2), what)


def _another(drawing: random.Random, at_s: float) -> Fault:
    lasts_s = round(drawing.uniform(4.0, 12.0), 2)
    return Fault(at_s, "another", drawing.choice(GROWING), lasts_s)


def _mail(drawing: random.Random, at_s: float) -> Fault:
    verb, answer = drawing.choice(MAIL_FAULTS)
    return Fault(at_s, "mail", verb, 0.0, f"{answer} {drawing.randint(1, 3)}")


MENU: tuple[Draw, ...] = (
    _service("kill", 0.5, 3.0),
    _service("kill", 0.5, 3.0),
    _service("stop", 1.0, PAST_LEASE_S),
    _service("restart", 0.0, 0.0),
    _crash,
    _crash,
    _stop_at,
    _node("kill broker", 1.0, 4.0),
    _node("stop broker", 1.0, 5.0),
    _node("step down", 0.0, 0.0),
    _node("kill primary", 1.0, 4.0),
    _node("stop primary", 1.0, 5.0),
    _store,
    _store,
    _store,
    _search,
    _total,
    _webhooks,
    _access,
    _another,
    _mail,
)
