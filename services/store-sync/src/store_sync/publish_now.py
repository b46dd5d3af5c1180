"""Publish what a document holds right after it was written; a crash or outage leaves it to the
sweeper."""

from collections.abc import Sequence

from giftstream.failures import Transient
from giftstream.logs import log
from giftstream.outbox import Outbox


async def publish_now(outbox: Outbox, collection: str, ids: Sequence[str]) -> None:
    """Never raises for Kafka being away: the entries are safe in their documents."""
    try:
        await outbox.flush(collection, ids)
    except Transient as away:
        log.warning("outbox.later", collection=collection, error=type(away).__name__)
