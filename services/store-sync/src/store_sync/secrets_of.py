"""A connection's secrets: sealed at rest, each tied to its brand, its store and its field."""

import hashlib
import secrets

from giftstream.mongo import Document
from giftstream.sealing import Sealing
from pydantic import SecretStr

TOKEN_BYTES = 32


class Secrets:
    """Seals and opens the fields of connection documents."""

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing

    def seal(self, brand_id: str, store_id: str, field: str, plain: SecretStr) -> bytes:
        """What is stored in `field` of this store's document, and nowhere else."""
        raw = plain.get_secret_value().encode()
        return self._sealing.seal(raw, brand=brand_id, document=store_id, field=field)

    def open(self, connection: Document, field: str) -> SecretStr | None:
        """The secret; None when it was erased. Raises SealBroken when it was moved or altered."""
        sealed = connection.get("secrets", {}).get(field)
        if sealed is None:
            return None
        plain = self._sealing.open(
            sealed, brand=connection["brand_id"], document=connection["_id"], field=field
        )
        return SecretStr(plain.decode())


def new_hook_token() -> SecretStr:
    """An unguessable path segment for one connection's webhooks."""
    return SecretStr(secrets.token_urlsafe(TOKEN_BYTES))


def hook_hash(token: str | bytes) -> str:
    """What is looked up instead of the token."""
    raw = token.encode() if isinstance(token, str) else token
    return hashlib.sha256(raw).hexdigest()
