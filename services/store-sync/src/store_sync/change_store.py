"""PATCH /stores/{id}: settings, and new credentials, which are tried before they are kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from giftstream.clock import now
from giftstream.http.problems import Problem
from giftstream.mongo import Document
from pydantic import SecretStr

from store_sync.connect_store import refuse_unless_fine
from store_sync.connections import Connections
from store_sync.look import look_at
from store_sync.secrets_of import Secrets, hook_hash, new_hook_token
from store_sync.store import Stores

# After a rotation, old signatures may still arrive for up to an hour.
OLD_SECRET_HOLDS = timedelta(minutes=75)


@dataclass(frozen=True)
class Edit:
    """Only what is to change: settings by name, credentials where given."""

    settings: dict[str, Any]
    access_token: SecretStr | None = None
    webhook_secret: SecretStr | None = None


class ChangeStore:
    """A compare-and-set on the version that the caller has seen."""

    def __init__(self, connections: Connections, stores: Stores, secrets: Secrets) -> None:
        self._connections = connections
        self._stores = stores
        self._secrets = secrets

    async def __call__(self, connection: Document, edit: Edit) -> Document:
        """The changed connection. Raises Problem 422 for credentials that do not work, 412."""
        fields = dict(edit.settings)
        if edit.access_token is not None or edit.webhook_secret is not None:
            fields |= await self._credentials(connection, edit)
        if not fields:
            return connection
        changed = await self._connections.change(connection, fields)
        if changed is None:
            raise Problem(412, "stale", "It was changed meanwhile; read it and repeat the edit.")
        return changed

    async def _credentials(self, connection: Document, edit: Edit) -> dict[str, Any]:
        fields: dict[str, Any] = {"check_due_at": now(), "live": True}
        sealed = dict(connection["secrets"])
        if edit.access_token is not None:
            look = await look_at(self._stores.under(connection, edit.access_token))
            refuse_unless_fine(look)
            sealed["access_token"] = self._seal(connection, "access_token", edit.access_token)
            fields |= {"status": "connected", "reasons": []}
        if edit.webhook_secret is not None:
            if "webhook_secret" in sealed:
                old = {"secret": sealed["webhook_secret"], "until": now() + OLD_SECRET_HOLDS}
                fields["previous"] = old
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

    def _seal(self, connection: Document, field: str, plain: SecretStr) -> bytes:
        return self._secrets.seal(connection["brand_id"], connection["_id"], field, plain)
