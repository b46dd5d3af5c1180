"""PATCH /stores/{id}: settings, and new credentials, which are tried before they are kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from giftstream.clock import now
from giftstream.failures import Transient
from giftstream.http.problems import Problem
from giftstream.mongo import Document, DuplicateKeyError
from pydantic import SecretStr

from store_sync.connect_store import refuse_unless_fine
from store_sync.connections import Connections
from store_sync.look import look_at
from store_sync.secrets_of import Secrets, hook_hash, new_hook_token
from store_sync.store import Stores

ROUNDS = 5


@dataclass(frozen=True)
class Edit:
    """Only what is to change: settings by name, credentials where given."""

    settings: dict[str, Any]
    access_token: SecretStr | None = None
    webhook_secret: SecretStr | None = None


class ChangeStore:
    """A compare-and-set on the state that the caller has seen: checks of the connection that change
    nothing others are told of do not count."""

    def __init__(
        self,
        connections: Connections,
        stores: Stores,
        secrets: Secrets,
        *,
        old_secret_holds_s: float,
    ) -> None:
        self._connections = connections
        self._stores = stores
        self._secrets = secrets
        self._old_secret_holds = timedelta(seconds=old_secret_holds_s)

    async def __call__(self, connection: Document, edit: Edit) -> Document:
        """The changed connection. Raises Problem 422 for credentials that do not work, 412, and
        409 where a disconnected store is connected anew under another id."""
        if edit.access_token is not None:
            look = await look_at(self._stores.under(connection, edit.access_token))
            refuse_unless_fine(look)
        for _ in range(ROUNDS):
            fields = dict(edit.settings)
            if edit.access_token is not None or edit.webhook_secret is not None:
                fields |= self._credentials(connection, edit)
            if not fields:
                return connection
            changed = await self._change(connection, fields)
            if changed is not None:
                return changed
            connection = await self._as_seen(connection)
        raise Transient("the connection is being changed by others")

    async def _change(self, connection: Document, fields: dict[str, Any]) -> Document | None:
        try:
            return await self._connections.change(connection, fields)
        except DuplicateKeyError as error:
            raise Problem(
                409, "store_exists", "This store is connected for the brand under another id."
            ) from error

    async def _as_seen(self, connection: Document) -> Document:
        """The newest, where a check has written what nobody is told of; else the edit is stale."""
        newer = await self._connections.get(connection["_id"])
        if newer is None or newer["revision"] != connection["revision"]:
            raise Problem(412, "stale", "It was changed meanwhile; read it and repeat the edit.")
        return newer

    def _credentials(self, connection: Document, edit: Edit) -> dict[str, Any]:
        fields: dict[str, Any] = {"check_due_at": now(), "live": True}
        sealed = dict(connection["secrets"])
        if edit.access_token is not None:
            sealed["access_token"] = self._seal(connection, "access_token", edit.access_token)
            fields |= {"status": "connected", "reasons": []}
        if edit.webhook_secret is not None:
            fields |= self._replaced(connection, edit.webhook_secret)
            sealed["webhook_secret"] = self._seal(connection, "webhook_secret", edit.webhook_secret)
        if not {"access_token", "webhook_secret"} <= set(sealed):
            raise Problem(
                422, "credentials_missing", "A disconnected store needs both credentials again."
            )
        if "hook_token" not in sealed:
            token = new_hook_token()
            sealed["hook_token"] = self._seal(connection, "hook_token", token)
            fields["hook_hash"] = hook_hash(token.get_secret_value())
        return {**fields, "secrets": sealed}

    def _replaced(self, connection: Document, new: SecretStr) -> dict[str, Any]:
        """The old secret goes on to hold for a while: the store still signs with it at first, and
        repeats what it signed."""
        held = self._secrets.open(connection, "webhook_secret")
        if held is None or held.get_secret_value() == new.get_secret_value():
            # The same once more replaces nothing: the one before it is still the old one.
            return {}
        until = now() + self._old_secret_holds
        return {"previous": {"secret": connection["secrets"]["webhook_secret"], "until": until}}

    def _seal(self, connection: Document, field: str, plain: SecretStr) -> bytes:
        return self._secrets.seal(connection["brand_id"], connection["_id"], field, plain)
