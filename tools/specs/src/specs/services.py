"""The four services made but never started, to see what they listen to and serve."""

import base64
import importlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from giftstream import mongo
from giftstream.service import Service

SERVICES = ("campaign", "order-placement", "store-sync", "notification")
NOWHERE = "127.0.0.1:1"


@contextmanager
def made_services() -> Iterator[dict[str, Service]]:
    """By name, with settings that lead nowhere: nothing is connected until a service starts."""
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(Path(folder))
        services = {name: _made(name, settings) for name in SERVICES}
        try:
            yield services
        finally:
            for service in services.values():
                mongo.close(service.database)


def _made(name: str, settings: dict[str, Any]) -> Service:
    package = name.replace("-", "_")
    wanted = importlib.import_module(f"{package}.settings").Settings(**settings)
    service = importlib.import_module(f"{package}.app").create_service(wanted)
    assert isinstance(service, Service)
    return service


def _settings(folder: Path) -> dict[str, Any]:
    tokens = json.dumps(dict.fromkeys(SERVICES, "token"))
    key = "key:" + base64.b64encode(bytes(32)).decode()
    files = {"admin_key_file": "admin", "service_tokens_file": tokens, "sealing_key_file": key}
    for name, text in files.items():
        (folder / name).write_text(text)
    return {
        "kafka": NOWHERE,
        "mongo": f"mongodb://{NOWHERE}",
        "log_level": "warning",
        **{name: folder / name for name in files},
    }
