"""Which topics there are, and how each is kept."""

from dataclasses import dataclass

from giftstream.events import EVENTS

DAY_MS = 24 * 60 * 60 * 1000
MAX_MESSAGE_BYTES = 1024 * 1024
DLQ_ROOM_BYTES = 64 * 1024
"""A parked record carries more headers than it came with."""

_STATE = (
    "order.changed",
    "brand.changed",
    "campaign.changed",
    "catalog.item_changed",
    "store.changed",
)
_BUSY_STATE = ("order.changed", "catalog.item_changed")
_NOT_CONSUMED = ("notification.sent", "notification.failed")


@dataclass(frozen=True)
class Topic:
    """One topic; `compacted` ones keep the newest record of each key for ever."""

    name: str
    partitions: int = 6
    compacted: bool = False
    retention_ms: int = 7 * DAY_MS
    max_message_bytes: int = MAX_MESSAGE_BYTES

    def config(self) -> dict[str, str]:
        """Kafka's own words for it."""
        shared = {"max.message.bytes": str(self.max_message_bytes)}
        if self.compacted:
            # A reader that was away this long still hears of deletions.
            return shared | {"cleanup.policy": "compact", "delete.retention.ms": str(7 * DAY_MS)}
        # Retention removes whole segments: daily ones let nothing stay a week longer than promised.
        return shared | {
            "cleanup.policy": "delete",
            "retention.ms": str(self.retention_ms),
            "segment.ms": str(DAY_MS),
        }


def _dead_letters(topic: Topic) -> Topic:
    # Dead selections hold personal data, so they go as soon as the others.
    days = 7 if topic.name == "selection.submitted" else 30
    return Topic(
        f"{topic.name}.dlq",
        partitions=3,
        retention_ms=days * DAY_MS,
        max_message_bytes=topic.max_message_bytes + DLQ_ROOM_BYTES,
    )


def all_topics(
    *, partitions: int = 6, state_partitions: int = 3, max_message_bytes: int = MAX_MESSAGE_BYTES
) -> dict[str, Topic]:
    """Every topic by name, dead letters of the consumed ones included."""
    topics: dict[str, Topic] = {}
    for name in EVENTS:
        compacted = name in _STATE
        quiet = compacted and name not in _BUSY_STATE
        topic = Topic(
            name,
            partitions=state_partitions if quiet else partitions,
            compacted=compacted,
            max_message_bytes=max_message_bytes,
        )
        topics[name] = topic
        if name not in _NOT_CONSUMED:
            dead = _dead_letters(topic)
            topics[dead.name] = dead
    return topics


TOPICS = all_topics()
"""Every topic with its usual numbers."""
