"""A dead letter for people's eyes: its reason and headers, its bytes only as far as wanted.

Without `--raw` nothing is shown that could be personal data: of a JSON object only the fields that
the topic's event has and that are no person's, of anything else only its size and hash.
"""

import base64
import hashlib
import re
from typing import Any

import orjson
from giftstream.events import EVENTS

from giftstream_cli.dlq.letters import Letter

HIDDEN = "(hidden; --raw shows it)"
_PERSONAL = frozenset({"recipient", "note"})
_LINE_FIELDS = frozenset(
    {"item_id", "store_id", "variant_ref", "sku", "quantity", "title", "retail_price", "unit_cost"}
)
_ADDRESS = re.compile(r"\S+@\S+")
MAX_TEXT = 200


def shown(letter: Letter, *, raw: bool) -> dict[str, Any]:
    """Everything about the letter as one JSON document."""
    value = letter.value
    return {
        **letter.summary(None),
        "headers": [
            {"name": name, "value": content.decode(errors="backslashreplace")}
            for name, content in letter.headers
        ],
        "sha256": None if value is None else hashlib.sha256(value).hexdigest(),
        "value": None if raw else _without_people(letter.source_topic, value),
        "raw": _raw(value) if raw else None,
    }


def _raw(value: bytes | None) -> dict[str, str] | None:
    if value is None:
        return None
    try:
        return {"encoding": "utf-8", "text": value.decode()}
    except UnicodeDecodeError:
        return {"encoding": "base64", "text": base64.b64encode(value).decode()}


def _without_people(topic: str, value: bytes | None) -> Any:
    if value is None:
        return None
    try:
        body = orjson.loads(value)
    except orjson.JSONDecodeError:
        return HIDDEN
    event = EVENTS.get(topic)
    if not isinstance(body, dict) or event is None:
        return HIDDEN
    known = set(event.model_fields) - _PERSONAL
    return {
        _masked(name): _field(name, content) if name in known else HIDDEN
        for name, content in body.items()
    }


def _field(name: str, content: Any) -> Any:
    if name == "lines" and isinstance(content, list):
        return [_line(line) for line in content]
    if isinstance(content, str):
        return _masked(content)
    if content is None or isinstance(content, bool | int | float):
        return content
    return HIDDEN


def _line(line: Any) -> Any:
    if not isinstance(line, dict):
        return HIDDEN
    return {
        _masked(name): _field("", content) if name in _LINE_FIELDS else HIDDEN
        for name, content in line.items()
    }


def _masked(text: str) -> str:
    return _ADDRESS.sub("[address]", text)[:MAX_TEXT]
