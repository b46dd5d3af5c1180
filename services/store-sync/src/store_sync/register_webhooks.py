"""Have every wanted webhook registered with our address, and see why where the store refuses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from giftstream.clock import now
from giftstream.events import Reason, ReasonCode
from giftstream.failures import Transient
from giftstream.logs import log
from giftstream.mongo import Document
from giftstream.reasons import reason
from giftstream_platforms.failures import AccessLost, OutcomeUnknown, StoreRefused
from prometheus_client import CollectorRegistry, Counter

from store_sync.connections import Connections
from store_sync.look import Check
from store_sync.secrets_of import Secrets
from store_sync.store import Repaired, Store

CODE: ReasonCode = "webhooks_missing"


@dataclass(frozen=True, slots=True)
class Registered:
    """What came of it: the check's answer, and what the connection keeps of it."""

    check: Check
    reasons: tuple[Reason, ...] = ()
    known: bool = True
    """False where the store did not answer: nothing new is known of its webhooks."""
    at: datetime | None = None
    repaired: bool = False


class PollSoon(Protocol):
    """Asks a store at once what changed in it."""

    async def soon(self, store_id: str) -> None:
        """Harmless to repeat."""


class RegisterWebhooks:
    """Safe to repeat. What was gone is made again, and what was missed meanwhile asked for."""

    def __init__(
        self,
        connections: Connections,
        secrets: Secrets,
        polls: PollSoon,
        webhook_url: str,
        registry: CollectorRegistry,
    ) -> None:
        self._connections = connections
        self._secrets = secrets
        self._polls = polls
        self._webhook_url = webhook_url.rstrip("/")
        self._repaired = Counter(
            "store_sync_webhooks_repaired_total",
            "Webhook subscriptions that were gone or wrong in a store, and registered again",
            registry=registry,
        )
        self._refused = Counter(
            "store_sync_webhooks_refused_total",
            "Checks in which a store refused to register our webhooks",
            registry=registry,
        )

    async def __call__(self, store: Store, connection: Document) -> Registered:
        """Never raises for what the store says or fails to say."""
        others = await self._connections.other_hooks(connection)
        try:
            repaired = await store.subscribe(self.address_of(connection), others)
        except (Transient, OutcomeUnknown, AccessLost) as error:
            detail = f"Registering was cut short: {type(error).__name__}."
            remedy = "Nothing to do: it is tried again by itself."
            return Registered(Check("webhooks", False, detail, remedy), known=False)
        except StoreRefused as refused:
            return self._was_refused(connection, refused)
        return await self._were_registered(connection, repaired)

    def address_of(self, connection: Document) -> str:
        """Where the store's webhooks go."""
        token = self._secrets.open(connection, "hook_token")
        return f"{self._webhook_url}/webhooks/{token.get_secret_value() if token else ''}"

    def _was_refused(self, connection: Document, refused: StoreRefused) -> Registered:
        said = "; ".join(refused.words)[:500]
        self._refused.inc()
        log.warning("store.webhooks_refused", store_id=connection["_id"], codes=refused.codes)
        check = Check("webhooks", False, said, "Check the public address for webhooks.")
        detail = f"Its webhooks cannot be registered: {said} Changes are seen late, by asking."
        return Registered(check, (reason(CODE, detail),))

    async def _were_registered(self, connection: Document, repaired: Repaired) -> Registered:
        if not repaired.changed:
            return Registered(Check("webhooks", True, "All are registered."), at=now())
        detail = f"{repaired.created} created, {repaired.corrected} corrected."
        check = Check("webhooks", True, detail)
        if connection.get("webhooks_at") is None:
            return Registered(check, at=now())
        # They were all there before: somebody or something removed them, Shopify itself does after
        # eight failures. What happened meanwhile was told to nobody.
        count = repaired.created + repaired.corrected
        self._repaired.inc(count)
        log.warning("store.webhooks_repaired", store_id=connection["_id"], count=count)
        await self._polls.soon(connection["_id"])
        return Registered(check, at=now(), repaired=True)
