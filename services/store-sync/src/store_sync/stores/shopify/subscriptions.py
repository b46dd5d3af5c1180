"""Which webhooks we want of Shopify, and what of them is wrong now."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from store_sync.secrets_of import hook_hash
from store_sync.stores.shopify.answers import Subscription

# Only what following needs is sent, so that no name or address ever comes this way. `updated_at`
# must be among the fields: without it two changes can look alike, and one is dropped.
_ORDER = ("id", "updated_at", "tags")
_OF_ORDER = ("id", "order_id", "updated_at")
WANTED: Mapping[str, tuple[str, ...]] = {
    "ORDERS_CREATE": _ORDER,
    "ORDERS_UPDATED": _ORDER,
    "ORDERS_CANCELLED": _ORDER,
    "ORDERS_FULFILLED": _ORDER,
    "ORDERS_PARTIALLY_FULFILLED": _ORDER,
    "ORDERS_EDITED": (),
    "ORDERS_DELETE": (),
    "FULFILLMENTS_CREATE": _OF_ORDER,
    "FULFILLMENTS_UPDATE": _OF_ORDER,
    "FULFILLMENT_EVENTS_CREATE": (*_OF_ORDER, "status", "happened_at"),
    "REFUNDS_CREATE": ("id", "order_id", "created_at"),
    "RETURNS_CLOSE": (),
    "PRODUCTS_UPDATE": ("id", "updated_at"),
    "PRODUCTS_DELETE": (),
    "INVENTORY_LEVELS_UPDATE": ("inventory_item_id", "updated_at"),
    "APP_UNINSTALLED": (),
    "APP_SCOPES_UPDATE": (),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What makes the registered webhooks the wanted ones."""

    kept: int
    create: tuple[str, ...]
    correct: tuple[tuple[str, str], ...]
    delete: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Whose:
    """Tells this connection's subscriptions from others'. `ours` is how addresses of this
    installation begin, `others` the hashes of the path tokens that other connections of the same
    shop live by: two brands may share a shop, and neither must take the other's webhooks away."""

    address: str
    ours: str
    others: Collection[str] = ()

    def owns(self, uri: str) -> bool:
        """Ours by its token, wherever it leads (the public address may have moved), or left by a
        connection that is no more."""
        token = _token(uri)
        if token == _token(self.address):
            return True
        return uri.startswith(self.ours) and hook_hash(token) not in self.others


def plan(registered: Iterable[Subscription], whose: Whose) -> Plan:
    """Keep the right ones, correct ours that are wrong, delete doubles, create what is missing.

    Others' subscriptions are left alone.
    """
    address = whose.address
    good: dict[str, str] = {}
    wrong: dict[str, list[str]] = {}
    for one in registered:
        if one.topic not in WANTED or not whose.owns(one.uri):
            continue
        if is_right(one, address) and one.topic not in good:
            good[one.topic] = one.id
        else:
            wrong.setdefault(one.topic, []).append(one.id)
    correct, delete = [], []
    for topic, ids in wrong.items():
        if topic not in good:
            correct.append((topic, ids.pop(0)))
        delete += ids
    corrected = {topic for topic, _ in correct}
    create = tuple(topic for topic in WANTED if topic not in good and topic not in corrected)
    return Plan(len(good), create, tuple(correct), tuple(delete))


def is_right(one: Subscription, address: str) -> bool:
    """Address, format and fields are as wanted."""
    fields = set(WANTED[one.topic])
    return one.uri == address and one.format == "JSON" and set(one.include_fields) == fields


def wanted(topic: str, address: str) -> dict[str, Any]:
    """The WebhookSubscriptionInput of a topic."""
    return {"uri": address, "format": "JSON", "includeFields": list(WANTED[topic])}


def _token(uri: str) -> str:
    return uri.rpartition("/")[2]
