"""Events that leave with the state that caused them: written in one document, published after.

An entry is written in the same update as the change it tells of. The writer publishes it at once
and pulls it when the broker has confirmed; a sweeper does the same for what a crash left.

One exception: the state of a document that a record has just inserted. There the record itself is
the outbox (`giftstream.delivery.insert_told_by_record`, docs/decisions/0006).
"""

from giftstream.outbox.entries import (
    MAX_ENTRIES,
    Entry,
    event_entry,
    outbox_room,
    require_room,
    state_entry,
    tombstone_entry,
)
from giftstream.outbox.held import Held
from giftstream.outbox.messages import Render
from giftstream.outbox.outbox import Outbox

__all__ = [
    "MAX_ENTRIES",
    "Entry",
    "Held",
    "Outbox",
    "Render",
    "event_entry",
    "outbox_room",
    "require_room",
    "state_entry",
    "tombstone_entry",
]
