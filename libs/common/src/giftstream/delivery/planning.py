"""Plans a batch record by record, each seeing the facts as the one before left them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from giftstream.delivery.change import Change, DocumentKey, Put
from giftstream.delivery.folding import joined
from giftstream.delivery.parking import Parked
from giftstream.delivery.records import Record, traceparent_of
from giftstream.delivery.routes import UseCase
from giftstream.delivery.writing import Outcome
from giftstream.failures import Poison, Transient
from giftstream.mongo import is_transient
from giftstream.outbox import MAX_ENTRIES, Entry, Held
from giftstream.tracing import traced

log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Planned:
    """A record, what it decoded to, and what its plan wants; None when it was parked."""

    record: Record
    item: Any
    change: Change | None = None

    def held_before(self) -> list[Held]:
        """What its documents still hold of earlier changes."""
        return [Held.of(put.collection, put.before) for put in self.puts if put.before]

    @property
    def puts(self) -> tuple[Put, ...]:
        """The documents its change puts."""
        return self.change.puts if self.change else ()

    def why(self, outcome: Outcome) -> str | None:
        """Why the record must be parked: its document was refused, or its plan says so."""
        if outcome.is_clean:
            return self.change.park if self.change else None
        refused = next(
            (outcome.refused[p.key] for p in self.puts if p.key in outcome.refused), None
        )
        wanted = self.change.park if self.change and not self.is_open(outcome) else None
        return refused or wanted

    def is_open(self, outcome: Outcome) -> bool:
        """Whether it must be planned again: somebody else wrote one of its documents."""
        if outcome.is_clean:
            return False
        if any(put.key in outcome.refused for put in self.puts):
            return False
        return any(put.key in outcome.conflicts for put in self.puts)


def within_room(planned: Sequence[Planned]) -> tuple[list[Planned], list[Planned]]:
    """As many records, in order, as no document's outbox overflows for; and the rest.

    None at all when the first one's document still holds events that must leave before.
    """
    puts = [put for one in planned for put in one.puts]
    if not any(put.before for put in puts) and len({put.key for put in puts}) == len(puts):
        return list(planned), []
    outboxes: dict[DocumentKey, tuple[Entry, ...]] = {}
    for index, one in enumerate(planned):
        for put in one.puts:
            before = () if put.before is None else tuple(put.before.get("outbox", ()))
            outboxes[put.key] = joined(outboxes.get(put.key, before), put.outbox)
        full = [put for put in one.puts if len(outboxes[put.key]) > MAX_ENTRIES]
        if full and (index or any(put.before and put.before["outbox"] for put in full)):
            return list(planned[:index]), list(planned[index:])
    return list(planned), []


async def plan_all(use_case: UseCase[Any], planned: Sequence[Planned]) -> list[Parked]:
    """Plan each record in order; returns those that cannot be planned, their change None."""
    if not planned:
        return []
    try:
        facts = await use_case.facts([one.item for one in planned])
    except Exception as error:
        if _away(error):
            raise
        return await _one_by_one(use_case, planned, error)
    return [refused for one in planned if (refused := _plan(use_case, one, facts))]


async def _one_by_one(
    use_case: UseCase[Any], planned: Sequence[Planned], error: Exception
) -> list[Parked]:
    # One record's content broke the read for all: alone, each shows whether it was the one.
    if len(planned) == 1:
        planned[0].change = None
        _tell(planned[0].record, error)
        return [Parked(planned[0].record, type(error).__name__)]
    middle = len(planned) // 2
    first = await plan_all(use_case, planned[:middle])
    return first + await plan_all(use_case, planned[middle:])


def _plan(use_case: UseCase[Any], one: Planned, facts: Any) -> Parked | None:
    one.change = None
    try:
        if traceparent := traceparent_of(one.record):
            with traced(traceparent):
                one.change = use_case.plan(one.item, facts)
        else:
            one.change = use_case.plan(one.item, facts)
    except Poison as poison:
        return Parked(one.record, poison.reason)
    except Exception as error:
        if _away(error):
            raise
        _tell(one.record, error)
        return Parked(one.record, type(error).__name__)
    for put in one.change.puts:
        facts.fold(put)
    return None


def _away(error: Exception) -> bool:
    return isinstance(error, Transient) or is_transient(error)


def _tell(record: Record, error: Exception) -> None:
    log.error(
        "delivery.failed",
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        exc_info=error,
    )
