"""Which documents there are, and their bytes: always the same for the same code."""

import json
from pathlib import Path
from typing import Any

from specs.asyncapi import asyncapi
from specs.services import made_services
from specs.webhooks import webhooks

ASYNCAPI = "asyncapi/giftstream.json"


def documents() -> dict[str, str]:
    """Each document's text by its path below docs/."""
    with made_services() as services:
        listens = {name: service.topics for name, service in services.items()}
        texts = {
            f"openapi/{name}.json": _sorted(one.app.openapi()) for name, one in services.items()
        }
    texts["openapi/webhooks.json"] = _sorted(webhooks())
    texts[ASYNCAPI] = json.dumps(asyncapi(listens), indent=2, ensure_ascii=False) + "\n"
    return texts


def write(docs: Path) -> None:
    """Write them all; nothing else in the folder is touched."""
    for path, text in documents().items():
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_text(text, "utf-8")


def _sorted(document: dict[str, Any]) -> str:
    # Routes are sorted too: the order in which an app lists them says nothing.
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
