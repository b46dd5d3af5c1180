"""Dead letters: what cannot be used is kept as it came, and its reason with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from giftstream.delivery.records import Record
from giftstream.producer import Message, Producer

DLQ_SUFFIX = ".dlq"
DLQ_HEADERS = ("dlq-error", "dlq-source", "dlq-service", "dlq-attempts")


@dataclass(frozen=True, slots=True)
class Parked:
    """A record with the word that says why it cannot be used."""

    record: Record
    error: str
    attempts: int = 1


class Parking:
    """Publishes dead letters and returns once they are confirmed: only then may offsets move."""

    def __init__(self, service: str, producer: Producer) -> None:
        self._service = service
        self._producer = producer

    async def park(self, parked: Sequence[Parked]) -> None:
        """Raw bytes, key and headers unchanged, plus the four `dlq-` headers."""
        await self._producer.publish([self._letter(one) for one in parked])

    def _letter(self, parked: Parked) -> Message:
        record = parked.record
        # A dead letter that was replayed and failed again keeps only its newest reason.
        kept = tuple(h for h in record.headers if h[0] not in DLQ_HEADERS)
        reasons = (
            ("dlq-error", parked.error.encode()),
            ("dlq-source", record.source.encode()),
            ("dlq-service", self._service.encode()),
            ("dlq-attempts", str(parked.attempts).encode()),
        )
        # The client sends no record with neither key nor value; an empty key says the same.
        key = b"" if record.key is None and record.value is None else record.key
        return Message(record.topic + DLQ_SUFFIX, key, record.value, kept + reasons)
