"""One batch of records, from raw bytes to effects that stand: DESIGN 4, points 3 to 10."""

from collections.abc import Mapping, Sequence
from typing import Any

from giftstream.crashpoints import crashpoint
from giftstream.delivery.folding import Write, fold
from giftstream.delivery.metrics import DeliveryMetrics
from giftstream.delivery.parking import Parked, Parking
from giftstream.delivery.planning import Planned, plan_all, within_room
from giftstream.delivery.records import Record
from giftstream.delivery.routes import Route, UseCase
from giftstream.delivery.writing import Writer
from giftstream.failures import Poison, Transient
from giftstream.outbox import Outbox

# How often records are planned again because somebody else wrote their documents meanwhile.
ROUNDS = 8
REPLAY_FOR = "dlq-replay-for"


class Delivery:
    """Gives every record of a batch its effect exactly once, or parks it."""

    def __init__(
        self,
        service: str,
        routes: Mapping[str, Route],
        writer: Writer,
        outbox: Outbox,
        parking: Parking,
        metrics: DeliveryMetrics,
    ) -> None:
        self._service = service.encode()
        self._routes = routes
        self._writer = writer
        self._outbox = outbox
        self._parking = parking
        self._metrics = metrics

    async def deliver(self, records: Sequence[Record]) -> None:
        """Return when all effects are stored, published and all poison is parked.

        Safe to repeat with the same records. Raises Transient when something outside is away.
        """
        by_use_case, parked = self._decode(records)
        crashpoint("batch.decoded")
        stood: list[Write] = []
        for use_case, planned in by_use_case:
            writes, refused = await self._apply(use_case, planned)
            stood += writes
            parked += refused
        crashpoint("batch.written")
        left = [held for write in stood if (held := write.held())]
        await self._outbox.publish_now_pull_soon(left)
        crashpoint("batch.published")
        if parked:
            await self._parking.park(parked)
            self._metrics.parked(parked)
        crashpoint("batch.parked")

    def _decode(
        self, records: Sequence[Record]
    ) -> tuple[list[tuple[UseCase[Any], list[Planned]]], list[Parked]]:
        groups: dict[int, tuple[UseCase[Any], list[Planned]]] = {}
        parked: list[Parked] = []
        for record in records:
            if record.header(REPLAY_FOR) not in (None, self._service):
                continue  # a dead letter replayed for another service; we have had it
            route = self._routes[record.topic]
            try:
                item = route.decode(record)
            except Poison as poison:
                parked.append(Parked(record, poison.reason))
            except Exception as error:  # a decoder's own fault must not stop its neighbours
                parked.append(Parked(record, type(error).__name__))
            else:
                _, planned = groups.setdefault(id(route.use_case), (route.use_case, []))
                planned.append(Planned(record, item))
        return list(groups.values()), parked

    async def _apply(
        self, use_case: UseCase[Any], planned: Sequence[Planned]
    ) -> tuple[list[Write], list[Parked]]:
        stood: list[Write] = []
        parked: list[Parked] = []
        todo = list(planned)
        rounds = 0
        while todo and rounds < ROUNDS:
            parked += await plan_all(use_case, todo)
            now, later = within_room([one for one in todo if one.change is not None])
            outcome = await self._writer.write(
                fold(put for one in now for put in one.puts), [one.puts for one in now]
            )
            stood += outcome.stand
            parked += [Parked(one.record, why) for one in now if (why := one.why(outcome))]
            again = [one for one in now if one.is_open(outcome)]
            if later:
                # More events of one document than its outbox holds: these leave first.
                held = [held for write in stood if (held := write.held())]
                await self._outbox.publish(held if now else later[0].held_before())
                stood.clear()
            rounds += bool(again)
            self._metrics.planned_again(len(again))
            todo = again + later
        if todo:
            raise Transient("documents are being written by others all the time")
        return stood, parked
