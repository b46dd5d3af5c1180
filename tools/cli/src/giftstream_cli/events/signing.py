"""The publisher key that lines are signed with."""

import re
from dataclasses import dataclass
from pathlib import Path

import orjson
from giftstream.signatures import HEADER, sign

from giftstream_cli.failures import WrongUse, why_unread

_FORM = re.compile(r"([^/:\s]{1,128}):(\S+)")
_HOW = "KEY_ID:SECRET, as `POST /brands/{id}/publishers` shows it once"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A publisher's key; the secret is never printed."""

    key_id: str
    secret: str

    def header(self, value: bytes) -> tuple[str, bytes]:
        """The signature header for exactly these bytes."""
        return HEADER, sign(self.secret, value, self.key_id).encode()

    def __repr__(self) -> str:
        return f"SigningKey({self.key_id!r})"


def signing_key(key: str | None, key_file: Path | None) -> SigningKey | None:
    """From the option or the file; None when neither was given, and lines stay unsigned."""
    if key is not None and key_file is not None:
        raise WrongUse("Give --key or --key-file, not both.")
    if key is not None:
        return _parsed(key, "--key")
    if key_file is None:
        return None
    try:
        text = key_file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{key_file} cannot be read: {why_unread(error)}.") from error
    return _from_json(text, key_file) if text.startswith("{") else _parsed(text, str(key_file))


def _parsed(text: str, where: str) -> SigningKey:
    found = _FORM.fullmatch(text)
    if found is None:
        raise WrongUse(f"{where} must be {_HOW}.")
    return SigningKey(found[1], found[2])


def _from_json(text: str, key_file: Path) -> SigningKey:
    try:
        body = orjson.loads(text)
        return _parsed(f"{body['key_id']}:{body['secret']}", str(key_file))
    except (orjson.JSONDecodeError, KeyError) as error:
        raise WrongUse(f"{key_file} must hold {_HOW}, or JSON with key_id and secret.") from error
