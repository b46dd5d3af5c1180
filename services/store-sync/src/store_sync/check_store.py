"""Check a connection again: access, permissions, webhooks; repair what can be repaired."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from giftstream.clock import now
from giftstream.failures import Transient
from giftstream.mongo import Document
from giftstream_platforms.failures import AccessLost

from store_sync.connections import Connections
from store_sync.look import Check, Look, look_at
from store_sync.register_webhooks import CODE, Registered, RegisterWebhooks
from store_sync.store import Stores

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
    """How long until the next check when all is well, and, at the longest, when it is not."""

    well_s: float
    unwell_s: float

    def pause_s(self, unwell: int) -> float:
        """After so many checks in a row that found something: soon at first, since what ends after
        a moment need not keep a store for a minute."""
        if not unwell:
            return self.well_s
        return min(self.unwell_s, FIRST_RECHECK_S * 2.0 ** min(unwell, 16))


class CheckStore:
    """Connected again as soon as the store lets us in with everything granted."""

    def __init__(
        self,
        connections: Connections,
        stores: Stores,
        register: RegisterWebhooks,
        rhythm: Rhythm,
    ) -> None:
        self._connections = connections
        self._stores = stores
        self._register = register
        self._rhythm = rhythm

    async def __call__(self, connection: Document) -> Checked:
        """Raises Transient when somebody else changes the connection all the time."""
        try:
            store = self._stores.of(connection)
        except AccessLost as lost:
            remedy = "Give the store's credentials again."
            return Checked(connection, (Check("token", False, lost.detail, remedy),))
        look = await look_at(store)
        if not look.fine:
            return Checked(await self._note(connection, look, None), look.checks)
        registered = await self._register(store, connection)
        checks = (*look.checks, registered.check)
        return Checked(await self._note(connection, look, registered), checks)

    async def _note(
        self, connection: Document, look: Look, registered: Registered | None
    ) -> Document:
        secrets = connection["secrets"]
        for _ in range(ROUNDS):
            fields = self._fields(connection, look, registered)
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

    def _fields(
        self, connection: Document, look: Look, registered: Registered | None
    ) -> dict[str, Any]:
        well = registered is not None and registered.check.ok
        unwell = 0 if well else connection.get("unwell_checks", 0) + 1
        fields: dict[str, Any] = {
            "checked_at": now(),
            "check_due_at": now() + timedelta(seconds=self._rhythm.pause_s(unwell)),
            "unwell_checks": unwell,
        }
        previous = connection.get("previous")
        if previous is not None and previous["until"] <= now():
            # It opens nothing any more: no reason to keep it.
            fields["previous"] = None
        if not look.sure:
            # It does not answer: that says nothing of our access, the status stays.
            return fields
        fields["status"] = "connected" if look.fine else "needs_attention"
        fields["reasons"] = [one.model_dump() for one in look.reasons]
        if look.inspection is not None:
            fields["currency"] = look.inspection.currency
            fields["shop"] = look.inspection.shop
        if registered is not None:
            fields |= _of_webhooks(connection, registered)
        return fields


def _of_webhooks(connection: Document, registered: Registered) -> dict[str, Any]:
    if not registered.known:
        return {"reasons": [one for one in connection["reasons"] if one["code"] == CODE]}
    fields: dict[str, Any] = {"reasons": [one.model_dump() for one in registered.reasons]}
    if registered.at is not None:
        fields["webhooks_at"] = registered.at
    if registered.repaired:
        fields["webhooks_repaired_at"] = registered.at
    return fields


_TOLD = ("status", "reasons", "currency")
