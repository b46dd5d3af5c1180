"""Which registered publisher wrote a record: HMAC-SHA256 over the raw bytes of its value."""

import hashlib
import hmac
import re
from dataclasses import dataclass

HEADER = "giftstream-signature"

_FORM = re.compile(rb"v1,([^/]{1,512}),([0-9a-fA-F]{64})")


@dataclass(frozen=True)
class Signature:
    """What the header said: which key, and what it made of the value."""

    key_id: str
    digest: bytes


def _digest(secret: str, raw: bytes) -> bytes:
    return hmac.digest(secret.encode(), raw, hashlib.sha256)


def sign(secret: str, raw: bytes, key_id: str) -> str:
    """The header `v1,<key_id>,<hex>` for a record's raw value; keyed by the secret's UTF-8."""
    return f"v1,{key_id},{_digest(secret, raw).hex()}"


def parse(header: bytes) -> Signature | None:
    """What the header says; None when it says nothing that we could check. Never raises."""
    found = _FORM.fullmatch(header)
    if found is None:
        return None
    try:
        key_id = found[1].decode()
    except UnicodeDecodeError:
        return None
    return Signature(key_id, bytes.fromhex(found[2].decode("ascii")))


def verify(secret: str, raw: bytes, signature: Signature) -> bool:
    """Whether the secret signed exactly these bytes; takes the same time either way."""
    return hmac.compare_digest(_digest(secret, raw), signature.digest)
