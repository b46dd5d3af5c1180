"""Who may write which topic, from the ACLs as Kafka tells of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from giftstream.topics import TOPICS

FROM_PLATFORMS = ("selection.submitted", "selection.withdrawn")
"""Whoever may write these orders in every brand's name, or takes its orders back."""

OWN: Mapping[str, tuple[str, ...]] = {
    "campaign": ("brand.changed", "campaign.changed", "catalog.item_changed"),
    "order-placement": ("selection.refused", "order.changed", "order.created"),
    "store-sync": (
        "order.fulfilled",
        "order.shipment_updated",
        "order.delivered",
        "order.cancelled",
        "order.returned",
        "order.edited",
        "store.changed",
        "store.product_changed",
    ),
    "notification": ("notification.sent", "notification.failed"),
}
"""What one service alone sends. tests/contract/test_asyncapi.py holds it against the services."""

DEAD_LETTERS = tuple(name for name in TOPICS if name.endswith(".dlq"))
"""Every service writes those of what it reads, people with `giftstream dlq` too."""

EVERYONE = "User:*"

# Kafka's own numbers, of patterns, operations and permissions.
_LITERAL, _PREFIXED = 3, 4
_WRITING = frozenset({2, 4})  # all, write
_ALLOWED = 3

Writers = Mapping[str, tuple[str, ...]]
"""The principals that may write each topic."""


def writers_of(topics: Iterable[str], resources: Sequence[Sequence[Any]]) -> Writers:
    """For each topic those that an ACL allows to write it, sorted; super users are in none."""
    return {topic: tuple(sorted(_allowed(topic, resources))) for topic in topics}


def _allowed(topic: str, resources: Sequence[Sequence[Any]]) -> set[str]:
    return {
        str(principal)
        for _type, name, pattern, acls in resources
        if _is_about(topic, name, pattern)
        for principal, _host, operation, permission in acls
        if operation in _WRITING and permission == _ALLOWED
    }


def _is_about(topic: str, name: str, pattern: int) -> bool:
    if pattern == _PREFIXED:
        return topic.startswith(name)
    return pattern == _LITERAL and name in (topic, "*")


def told(writers: Writers) -> str:
    """In words: which topics may be written by whom, those alike together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for topic, principals in writers.items():
        alike.setdefault(principals, []).append(topic)
    parts = [
        f"{', '.join(topics)} by {', '.join(principals) or 'super users alone'}"
        for principals, topics in alike.items()
    ]
    return "; ".join(parts)
