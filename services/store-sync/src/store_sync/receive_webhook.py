"""A webhook is believed for its signature, kept as it came, and nothing else happens here."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from giftstream.clock import now
from giftstream.crashpoints import crashpoint
from giftstream.mongo import Document
from giftstream.sealing import Sealing
from giftstream_platforms.shopify import webhook_signature_holds

from store_sync.hook_ring import Hook
from store_sync.secrets_of import hook_hash
from store_sync.stores.shopify.notices import Notice, notice

MAX_ID = 128
MAX_TOPIC = 64
MAX_SHOP = 255
# The address for what is set up once for an app and not once a shop: the store is found by the
# shop that the request names, and believed for that store's own secret alone.
OF_THE_APP = b"shopify"
# A webhook under an unknown token is verified too, so that the answer takes as long.
NOBODY = Hook("", "", ("no-connection-has-this-secret",))


class NotVerified(Exception):
    """Unknown token or wrong signature: nobody learns which."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request to the edge, undecoded. `signature` is None unless there is exactly one."""

    token: bytes
    raw: bytes
    signature: bytes | None
    shop: bytes | None
    topic: bytes | None
    delivery_id: bytes | None
    triggered_at: bytes | None


class Ring(Protocol):
    """The connections that webhooks may come for."""

    def find(self, token_hash: str) -> Hook | None:
        """By path token."""

    def of_shop(self, shop: str) -> tuple[Hook, ...]:
        """By the shop's own domain."""


class Inserts(Protocol):
    """Where deliveries are stored."""

    async def insert(self, document: Document) -> None:
        """Return when it is stored. Raises Transient when that is not certain."""


class ReceiveWebhook:
    """Verify over the raw bytes, then insert."""

    def __init__(self, ring: Ring, inserts: Inserts, sealing: Sealing) -> None:
        self._ring = ring
        self._inserts = inserts
        self._sealing = sealing

    async def __call__(self, incoming: Incoming) -> None:
        """Return when it is stored. Raises NotVerified, or Transient."""
        signed = [one for one in self._addressed(incoming) if _is_signed(one, incoming)]
        if not signed or NOBODY in signed:
            raise NotVerified
        crashpoint("hook.verified")
        for hook in signed:
            await self._inserts.insert(self._delivery(hook, incoming))
        crashpoint("hook.persisted")

    def _addressed(self, incoming: Incoming) -> tuple[Hook, ...]:
        if incoming.token == OF_THE_APP:
            shop = (_text(incoming.shop, MAX_SHOP) or "").lower()
            return self._ring.of_shop(shop) or (NOBODY,)
        return (self._ring.find(hook_hash(incoming.token)) or NOBODY,)

    def _delivery(self, hook: Hook, incoming: Incoming) -> Document:
        topic = _text(incoming.topic, MAX_TOPIC) or "unknown"
        hint = notice(topic, incoming.raw)
        if hint.kind == "privacy" and hint.shop != hook.shop:
            # Rightly signed, but about another shop of the same app.
            hint = Notice("other")
        delivery_id = f"{hook.store_id}/{_delivery_id(incoming)}"
        delivery: Document = {
            "_id": delivery_id,
            "store_id": hook.store_id,
            "topic": topic,
            "kind": hint.kind,
            "ref": hint.ref,
            "mark": hint.mark,
            "triggered_at": _moment(incoming.triggered_at),
            "received_at": now(),
            "looks": 0,
            "body": self._sealing.seal(
                incoming.raw, brand=hook.brand_id, document=delivery_id, field="body"
            ),
        }
        if hint.marked is False:
            # Most orders of a store are no gifts. Should a merchant take the mark off one that
            # is, polling still sees it change.
            return {**delivery, "outcome": "not_ours"}
        return {**delivery, "due_at": now()}


def _is_signed(hook: Hook, incoming: Incoming) -> bool:
    # Every secret is tried, so that the time taken does not tell which one it was.
    held = [
        webhook_signature_holds(secret, incoming.raw, incoming.signature)
        for secret in hook.valid_secrets()
    ]
    return incoming.signature is not None and any(held)


def _delivery_id(incoming: Incoming) -> str:
    """The store's own id, the same on its retries; without one, the content's hash."""
    given = _text(incoming.delivery_id, MAX_ID)
    if given:
        return given
    return sha256((incoming.topic or b"") + b"\n" + incoming.raw).hexdigest()


def _text(raw: bytes | None, longest: int) -> str | None:
    if not raw or len(raw) > longest or not raw.isascii():
        return None
    text = raw.decode("ascii")
    return text if text.isprintable() else None


def _moment(raw: bytes | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(raw, 64) or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
