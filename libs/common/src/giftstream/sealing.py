"""Secrets and personal data at rest: envelope encryption that ties a value to its place.

Each value has its own random AES-256 key, wrapped by a key-encryption key from a file outside the
database. Brand, document, field and version are authenticated with it: bytes copied to another
document, or to another field, do not open.

    envelope = format (1) | length of key id (1) | key id
             | nonce (12) | wrapped key (48) | nonce (12) | ciphertext and tag
"""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from giftstream.failures import WrongSetting

_FORMAT = 1
_KEY_BYTES = 32
_NONCE_BYTES = 12
_WRAPPED_BYTES = _KEY_BYTES + 16
_INNER = _NONCE_BYTES + _WRAPPED_BYTES
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class SealBroken(Exception):
    """A sealed value does not open here: altered, moved, or sealed with a key that is not known."""


class Sealing:
    """Seals with the first key it was given and opens with any of them.

    One key may wrap at most 2**32 values (random nonces): add a new first key long before.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise WrongSetting("sealing needs one key or more")
        self._keys = {key_id: AESGCM(_checked(key_id, key)) for key_id, key in keys.items()}
        self._current_id = next(iter(keys))
        self._current = self._keys[self._current_id]
        name = self._current_id.encode()
        self._head = bytes((_FORMAT, len(name))) + name

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Keys one a line, `id:base64` or bare base64 (id `default`); the first is current."""
        keys: dict[str, bytes] = {}
        for number, line in enumerate(path.read_text("ascii").splitlines(), 1):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            key_id, _, encoded = text.rpartition(":")
            key_id = key_id or "default"
            if key_id in keys:
                raise WrongSetting(f"line {number} of the sealing key file repeats the id {key_id}")
            try:
                keys[key_id] = base64.b64decode(encoded, validate=True)
            except binascii.Error:
                # Without `from`: the cause would quote the key.
                raise WrongSetting(f"line {number} of the sealing key file is not base64") from None
        return cls(keys)

    def seal(
        self, plain: bytes, *, brand: str, document: str, field: str, version: int = 1
    ) -> bytes:
        """The envelope to store at exactly this place."""
        place = _place(brand, document, field, version)
        random = os.urandom(_KEY_BYTES + 2 * _NONCE_BYTES)
        key, nonces = random[:_KEY_BYTES], random[_KEY_BYTES:]
        outer, inner = nonces[:_NONCE_BYTES], nonces[_NONCE_BYTES:]
        wrapped = self._current.encrypt(outer, key, self._head + place)
        return b"".join(
            (self._head, outer, wrapped, inner, AESGCM(key).encrypt(inner, plain, place))
        )

    @property
    def current_id(self) -> str:
        """The id of the key that new values are sealed with."""
        return self._current_id

    def rewrap(
        self, sealed: bytes, *, brand: str, document: str, field: str, version: int = 1
    ) -> bytes | None:
        """The same value under the current key, None where it is already; what it hides is not
        opened. SealBroken where it does not belong here, or its key is not known."""
        head, rest = _split(sealed)
        if head == self._head:
            return None
        place = _place(brand, document, field, version)
        nonce, wrapped, inner = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:_INNER], rest[_INNER:]
        try:
            key = self._wrapping(head).decrypt(nonce, wrapped, head + place)
        except InvalidTag:
            raise SealBroken(f"{document}/{field} was altered or belongs elsewhere") from None
        fresh = os.urandom(_NONCE_BYTES)
        return self._head + fresh + self._current.encrypt(fresh, key, self._head + place) + inner

    def open(
        self, sealed: bytes, *, brand: str, document: str, field: str, version: int = 1
    ) -> bytes:
        """What was sealed at this place; SealBroken where it does not open."""
        place = _place(brand, document, field, version)
        head, rest = _split(sealed)
        wrapping = self._wrapping(head)
        try:
            key = wrapping.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:_INNER], head + place)
            inner = rest[_INNER:]
            return AESGCM(key).decrypt(inner[:_NONCE_BYTES], inner[_NONCE_BYTES:], place)
        except InvalidTag:
            raise SealBroken(f"{document}/{field} was altered or belongs elsewhere") from None

    def _wrapping(self, head: bytes) -> AESGCM:
        key_id = head[2:].decode("ascii", "replace")
        if (wrapping := self._keys.get(key_id)) is None:
            raise SealBroken(
                f"sealed with the key {key_id!r}, which is not in the sealing key file"
            )
        return wrapping


def _checked(key_id: str, key: bytes) -> bytes:
    if not _KEY_ID.fullmatch(key_id):
        raise WrongSetting("a sealing key's id is 1-64 of A-Z a-z 0-9 . _ -")
    if len(key) != _KEY_BYTES:
        raise WrongSetting(f"the sealing key {key_id} must have 32 bytes, not {len(key)}")
    return key


def _place(brand: str, document: str, field: str, version: int) -> bytes:
    # Lengths first: "a"+"bc" and "ab"+"c" must not be one place.
    return b"".join((_again(brand), _part(document), _again(field), _again(str(version))))


def _part(text: str) -> bytes:
    part = text.encode()
    return len(part).to_bytes(4, "big") + part


# The same few brands, fields and versions come again in every document.
_again = lru_cache(1024)(_part)


def _split(sealed: bytes) -> tuple[bytes, bytes]:
    """The head (format, key id) and the rest; SealBroken when this is no envelope of ours."""
    end = 2 + sealed[1] if len(sealed) > 1 else 0
    if (
        not end
        or sealed[0] != _FORMAT
        or len(sealed) < end + 2 * _NONCE_BYTES + _WRAPPED_BYTES + 16
    ):
        raise SealBroken("this is not a sealed value")
    return sealed[:end], sealed[end:]
