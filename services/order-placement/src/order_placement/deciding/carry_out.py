"""Writes what a decision puts and publishes its events; says when somebody else was faster."""

from collections.abc import Sequence

import structlog
from giftstream.delivery import Put, Transient, Writer
from giftstream.delivery.folding import fold
from giftstream.mongo import Database
from giftstream.outbox import Outbox

log = structlog.get_logger()


class CarryOut:
    """The same writing as for records, for what was decided elsewhere."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._writer = Writer(database)
        self._outbox = outbox

    async def __call__(self, *changes: Sequence[Put]) -> bool:
        """Of each change, what comes after a put that did not hold is not written.

        False when a document was written by others since it was read: decide again.

        What stands is published even then; a repeat of the decision finds it done.
        """
        puts = [put for change in changes for put in change]
        if not puts:
            return True
        outcome = await self._writer.write(fold(puts), changes)
        if outcome.refused:
            raise RuntimeError(f"{len(outcome.refused)} documents cannot be stored")
        try:
            await self._outbox.publish([h for write in outcome.stand if (h := write.held())])
        except Transient as away:
            # It stands; the sweeper publishes it when Kafka is back.
            log.warning("outbox.waits", error=type(away).__name__)
        return not outcome.conflicts
