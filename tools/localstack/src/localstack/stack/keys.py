"""The secrets of a local stack, made once and kept in its data directory."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from localstack.places import write_atomically

CALLERS = ("campaign", "order-placement", "store-sync", "notification", "console")


@dataclass(frozen=True)
class Keys:
    """Files that the services read; each is readable for its owner alone."""

    admin_key: str
    admin_key_file: Path
    service_tokens_file: Path
    sealing_key_file: Path


def keys_of(data_dir: Path) -> Keys:
    """The keys of this data directory; missing ones are made."""
    directory = data_dir / "keys"
    admin = _kept(directory / "admin-key", lambda: secrets.token_urlsafe(32))
    _kept(directory / "service-tokens.json", _service_tokens)
    _kept(directory / "sealing-key", lambda: base64.b64encode(secrets.token_bytes(32)).decode())
    return Keys(
        admin_key=admin,
        admin_key_file=directory / "admin-key",
        service_tokens_file=directory / "service-tokens.json",
        sealing_key_file=directory / "sealing-key",
    )


def _service_tokens() -> str:
    return json.dumps({caller: secrets.token_urlsafe(32) for caller in CALLERS}, indent=1)


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        write_atomically(path, make())
    return path.read_text()
