"""Several documents in one transaction, for what must never be half done."""

import asyncio
import random
from collections.abc import Sequence

from giftstream.delivery.change import How
from giftstream.delivery.folding import Write
from giftstream.mongo import (
    DUPLICATE_KEY,
    BulkWriteError,
    Database,
    PyMongoError,
    met_another,
    transaction,
)

TRIES = 20
LONGEST_PAUSE_S = 0.1


class _NotAsPlannedError(Exception):
    """A document is not any more as it was read: nothing of the transaction stands."""


async def write_together(database: Database, writes: Sequence[Write]) -> bool:
    """All of these, or none and False: then they are to be planned again.

    Another transaction at the same moment is no reason to plan again: what is added holds beside
    it, so the same writes are tried once more. Raises PyMongoError; when nobody can say whether it
    was committed, the documents tell who plans again.
    """
    # Counters first: two replicas meet there, and who comes second has written nothing yet.
    ordered = sorted(writes, key=lambda write: write.first.how is not How.ADD)
    for attempt in range(TRIES):
        try:
            await _write(database, ordered)
        except _NotAsPlannedError:
            return False
        except BulkWriteError as error:
            if _is_duplicate(error):
                return False
            raise
        except PyMongoError as error:
            if not met_another(error):
                raise
            await asyncio.sleep(random.uniform(0, min(LONGEST_PAUSE_S, 0.002 * 2**attempt)))
        else:
            return True
    return False


async def _write(database: Database, writes: Sequence[Write]) -> None:
    async with transaction(database) as session:
        for collection in dict.fromkeys(write.first.collection for write in writes):
            operations = [w.operation() for w in writes if w.first.collection == collection]
            done = await database[collection].bulk_write(operations, session=session)
            held = done.inserted_count + done.matched_count + done.upserted_count
            if held != len(operations):
                raise _NotAsPlannedError


def _is_duplicate(error: BulkWriteError) -> bool:
    return any(one["code"] == DUPLICATE_KEY for one in error.details["writeErrors"])
