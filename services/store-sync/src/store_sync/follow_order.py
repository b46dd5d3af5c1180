"""One order: read it in its store, save what is seen, say what that means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from giftstream.clock import now
from giftstream.crashpoints import crashpoint
from giftstream.events import Difference, Money
from giftstream.logs import log
from giftstream.mongo import Document
from giftstream.outbox import Entry, Outbox, event_entry
from giftstream.sealing import Sealing

from store_sync.differences import events_between, told_differences
from store_sync.followed_orders import COLLECTION, FollowedOrders
from store_sync.observation_events import observation_event
from store_sync.publish_now import publish_now
from store_sync.seen import SeenOrder
from store_sync.snapshots import OrderedLine, Snapshot, gone, snapshot_of
from store_sync.store import Store

SOURCE = "store-sync"
ENDED = frozenset({"delivered", "cancelled", "returned"})
# Without read_all_orders a shop shows orders of the last 60 days alone; older ones are not gone.
SHOWN_FOR = timedelta(days=55)
ABSENT_AGAIN_S = 20.0
ABSENCES = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at the store gave, and when it was begun."""

    seen: SeenOrder | None
    observed_at: datetime


class FollowOrder:
    """The store is the truth: what it shows now is the next observation, also when it is less."""

    def __init__(
        self, orders: FollowedOrders, outbox: Outbox, sealing: Sealing, reread_every_s: float
    ) -> None:
        self._orders = orders
        self._outbox = outbox
        self._sealing = sealing
        self._reread = timedelta(seconds=reread_every_s)

    async def __call__(self, claimed: Document, store: Store) -> None:
        """Raises what the store raises, then nothing is saved."""
        observed_at = now()
        seen = await store.read_order(claimed["store_order"]["id"])
        crashpoint("follow.read")
        if seen is None:
            await self._absent(claimed, observed_at)
        else:
            await self._present(claimed, seen, observed_at)

    async def _present(self, claimed: Document, seen: SeenOrder, observed_at: datetime) -> None:
        before = last_seen(claimed)
        address, moved = self._address(claimed, seen.address)
        others = [*_total(claimed, seen), *moved]
        ordered = [OrderedLine.model_validate(line) for line in claimed["ordered"]]
        after = snapshot_of(seen, ordered, before, others=others)
        fields: Document = {"address": address, "absences": 0}
        if claimed["stable_since"] is None or after.updated_at != before.updated_at:
            fields["stable_since"] = observed_at
        await self._save(claimed, before, after, observed_at, fields)

    async def _absent(self, claimed: Document, observed_at: datetime) -> None:
        before = last_seen(claimed)
        old = observed_at - claimed["placed_at"] > SHOWN_FOR
        absences = claimed["absences"] + 1
        if before.cancelled_at is not None or old:
            await self._orders.save(claimed, {"verified_at": observed_at}, None)
            return
        if absences < ABSENCES:
            # Once may be a replica of theirs that lags; twice, with a pause between, is not.
            again = now() + timedelta(seconds=ABSENT_AGAIN_S)
            await self._orders.save(claimed, {"absences": absences}, again)
            return
        after = gone(before, observed_at)
        await self._save(claimed, before, after, observed_at, {"absences": absences})

    async def _save(
        self,
        claimed: Document,
        before: Snapshot,
        after: Snapshot,
        observed_at: datetime,
        fields: Document,
    ) -> None:
        fields |= {"verified_at": observed_at, "seen": after.model_dump()}
        entries: Sequence[Entry] = ()
        observation = None
        kinds = events_between(before, after)
        if kinds or claimed["seen"] is None:
            number = claimed["observation"] + 1
            told = told_differences(before, after)
            events = [
                observation_event(kind, claimed, number, after, told, observed_at) for kind in kinds
            ]
            entries = [event_entry(event, source=SOURCE) for event in events]
            fields["observation"] = number
            observation = _observation(claimed, number, after, told, observed_at)
            observation["events"] = [kind.topic for kind in kinds]
        saved = await self._orders.save(claimed, fields, self._next(after), entries, observation)
        crashpoint("follow.saved")
        if not saved:
            # Another reader has it now; what it sees is at least as new.
            log.info("follow.lease_lost", order_id=claimed["_id"])
            return
        if entries:
            log.info(
                "order.observed",
                order_id=claimed["_id"],
                observation=fields["observation"],
                store_status=after.store_status,
            )
            await publish_now(self._outbox, COLLECTION, [claimed["_id"]])

    def _next(self, after: Snapshot) -> datetime | None:
        return None if after.store_status in ENDED else now() + self._reread

    def _address(
        self, claimed: Document, found: str | None
    ) -> tuple[bytes | None, list[Difference]]:
        """The first address seen stays the measure; only a sealed digest of it is kept."""
        sealed: bytes | None = claimed["address"]
        place = {"brand": claimed["brand_id"], "document": claimed["_id"], "field": "address"}
        if found is None:
            return sealed, []
        if sealed is None:
            return self._sealing.seal(found.encode(), **place), []
        first = self._sealing.open(sealed, **place).decode()
        changed = [] if first == found else [Difference(field="address", found="changed")]
        return sealed, changed


def last_seen(order: Document) -> Snapshot:
    """The snapshot of the last reading; before the first, an order of which nothing is known."""
    return Snapshot() if order["seen"] is None else Snapshot.model_validate(order["seen"])


def _total(claimed: Document, seen: SeenOrder) -> list[Difference]:
    if claimed["charged"] is None or seen.total is None or seen.cancelled_at is not None:
        return []
    charged = Money.model_validate(claimed["charged"])
    if charged == seen.total:
        return []
    return [Difference(field="charged", ordered=_amount(charged), found=_amount(seen.total))]


def _amount(value: Money) -> str:
    return f"{value.amount} {value.currency}"


def _observation(
    order: Document,
    number: int,
    seen: Snapshot,
    told: Sequence[Difference],
    observed_at: datetime,
) -> Document:
    return {
        "observation": number,
        **seen.model_dump(include={"store_status", "shipments", "cancelled_at", "returned_lines"}),
        "difference": [one.model_dump() for one in told],
        "observed_at": observed_at,
        "source": "webhook" if order["hint"] == "webhook" else "poll",
    }
