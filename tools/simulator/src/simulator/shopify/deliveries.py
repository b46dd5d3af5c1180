"""Webhook requests as Shopify makes them: headers, signature, the fields asked for."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import orjson

from simulator.clock import now_s
from simulator.database import Document
from simulator.webhooks.courier import Notice

# ORDERS_PARTIALLY_FULFILLED is orders/partially_fulfilled: the noun must be known to split it.
NOUNS = (
    "DRAFT_ORDERS",
    "FULFILLMENT_EVENTS",
    "FULFILLMENTS",
    "INVENTORY_LEVELS",
    "ORDERS",
    "PRODUCTS",
    "REFUNDS",
    "RETURNS",
    "APP",
)


def rest_topic(topic: str) -> str:
    """ORDERS_CREATE → orders/create."""
    noun = next(noun for noun in NOUNS if topic.startswith(noun + "_"))
    return f"{noun}/{topic[len(noun) + 1 :]}".lower()


def signature(secret: str, body: bytes) -> str:
    """What Shopify puts into X-Shopify-Hmac-Sha256."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def signing_secret(profile: Document) -> str:
    """After a rotation the old one signs for a while yet."""
    old = now_s() < profile.get("signs_until", 0.0)
    secret: str = profile["old_webhook_secret" if old else "webhook_secret"]
    return secret


def notices(
    profile: Document,
    listeners: Iterable[Document],
    body: Document,
    about: str,
    mark: str | None,
    told: str | None = None,
) -> Iterator[Notice]:
    """One signed request per subscription; all of one action share the event id. `told` is the
    topic where nobody subscribed to one."""
    event_id = str(uuid.uuid4())
    for listener in listeners:
        key = str(uuid.uuid4())
        raw = orjson.dumps(_chosen(body, listener["includeFields"]))
        topic = told or rest_topic(listener["topic"])
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": signature(signing_secret(profile), raw),
            "X-Shopify-Shop-Domain": profile["shop"],
            "X-Shopify-API-Version": listener["_version"],
            "X-Shopify-Webhook-Id": key,
            "X-Shopify-Event-Id": event_id,
            "X-Shopify-Triggered-At": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        }
        yield Notice(
            key=key,
            store=profile["store"],
            subscription=listener["legacyResourceId"],
            topic=topic,
            uri=listener["uri"],
            headers=headers,
            body=raw.decode(),
            about=about,
            mark=mark,
        )


def _chosen(body: Document, fields: list[str]) -> Document:
    return {key: value for key, value in body.items() if key in fields} if fields else body
