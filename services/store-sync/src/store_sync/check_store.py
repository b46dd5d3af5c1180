"""Check a connection again: access, permissions, webhooks; repair what can be repaired."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from giftstream.clock import now
from giftstream.failures import Transient
from giftstream.mongo import Document
from giftstream_platforms.failures import AccessLost, OutcomeUnknown, StoreRefused

from store_sync.connections import Connections
from store_sync.look import Check, Look, look_at
from store_sync.secrets_of import Secrets
from store_sync.store import Store, Stores

FIRST_RECHECK_S = 5.0
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """The connection after the check, and each check's answer."""

    connection: Document
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return all(check.ok for check in self.checks)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long until the next check when all is well, and when it is not."""

    well_s: float
    unwell_s: float


class CheckStore:
    """Connected again as soon as the store lets us in with everything granted."""

    def __init__(
        self,
        connections: Connections,
        stores: Stores,
        secrets: Secrets,
        webhook_url: str,
        rhythm: Rhythm,
    ) -> None:
        self._connections = connections
        self._stores = stores
        self._secrets = secrets
        self._webhook_url = webhook_url.rstrip("/")
        self._rhythm = rhythm

    async def __call__(self, connection: Document) -> Checked:
        """Raises Transient when somebody else changes the connection all the time."""
        try:
            store = self._stores.of(connection)
        except AccessLost as lost:
            remedy = "Give the store's credentials again."
            return Checked(connection, (Check("token", False, lost.detail, remedy),))
        look = await look_at(store)
        checks = look.checks
        if look.fine:
            checks += (await self._webhooks(store, connection),)
        return Checked(await self._note(connection, look, checks), checks)

    def address_of(self, connection: Document) -> str:
        """Where the store's webhooks go."""
        token = self._secrets.open(connection, "hook_token")
        return f"{self._webhook_url}/webhooks/{token.get_secret_value() if token else ''}"

    async def _webhooks(self, store: Store, connection: Document) -> Check:
        try:
            repaired = await store.subscribe(self.address_of(connection))
        except (Transient, OutcomeUnknown, AccessLost) as error:
            detail = f"Registering was cut short: {type(error).__name__}."
            return Check("webhooks", False, detail, "Nothing to do: it is tried again by itself.")
        except StoreRefused as refused:
            detail = "; ".join(refused.words)[:500]
            return Check("webhooks", False, detail, "Check the public address for webhooks.")
        detail = f"{repaired.created} created, {repaired.corrected} corrected."
        return Check("webhooks", True, detail if repaired.changed else "All are registered.")

    async def _note(self, connection: Document, look: Look, checks: tuple[Check, ...]) -> Document:
        fields = self._fields(look, all(check.ok for check in checks))
        secrets = connection["secrets"]
        for _ in range(ROUNDS):
            told = any(connection.get(name) != fields[name] for name in _TOLD if name in fields)
            changed = await self._connections.change(connection, fields, told=told)
            if changed is not None:
                return changed
            newer = await self._connections.get(connection["_id"])
            assert newer is not None
            connection = newer
            if connection["secrets"] != secrets:
                # What was seen was seen with credentials that are no longer the store's.
                break
        raise Transient("the connection is being changed by others")

    def _fields(self, look: Look, well: bool) -> dict[str, Any]:
        pause_s = self._rhythm.well_s if well else self._rhythm.unwell_s
        fields: dict[str, Any] = {
            "checked_at": now(),
            "check_due_at": now() + timedelta(seconds=pause_s),
        }
        if not look.sure:
            # It does not answer: that says nothing of our access, the status stays.
            return fields
        fields["status"] = "connected" if look.fine else "needs_attention"
        fields["reasons"] = [one.model_dump() for one in look.reasons]
        if look.inspection is not None:
            fields["currency"] = look.inspection.currency
            fields["shop"] = look.inspection.shop
        return fields


_TOLD = ("status", "reasons", "currency")
