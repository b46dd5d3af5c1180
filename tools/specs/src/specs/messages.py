"""The messages of AsyncAPI: one for each event, and one for dead letters."""

import inspect
import json
from pathlib import Path
from typing import Any

from giftstream.events import EVENTS, Event

from specs.sends import FROM_PLATFORMS, KEYS

ROOT = Path(__file__).parents[4]
SAMPLES = ROOT / "tests" / "contract" / "samples"
DEAD_LETTER = "deadLetter"
BINDING = "0.5.0"


def messages() -> dict[str, dict[str, Any]]:
    """By name, which is the event's topic."""
    return {topic: _message(event) for topic, event in EVENTS.items()} | {DEAD_LETTER: _dead()}


def _message(event: type[Event]) -> dict[str, Any]:
    topic = event.topic
    headers = "PlatformHeaders" if topic in FROM_PLATFORMS else "Headers"
    return {
        "name": topic,
        "title": event.__name__,
        "summary": (inspect.getdoc(event) or "").splitlines()[0],
        "contentType": "application/json",
        "headers": {"$ref": f"#/components/schemas/{headers}"},
        "payload": {"$ref": f"../schemas/{topic}.json"},
        "bindings": _keyed(KEYS[topic]),
        "examples": [
            {"name": path.stem, "payload": json.loads(path.read_text("utf-8"))}
            for path in sorted((SAMPLES / topic).glob("v*.json"), key=lambda one: one.stem)
        ],
    }


def _dead() -> dict[str, Any]:
    return {
        "name": DEAD_LETTER,
        "title": "DeadLetter",
        "summary": "A record that could not be used: its bytes and key as they came.",
        "contentType": "application/octet-stream",
        "headers": {"$ref": "#/components/schemas/DeadLetterHeaders"},
        "bindings": _keyed("the record's own"),
    }


def _keyed(key: str) -> dict[str, Any]:
    return {"kafka": {"key": {"type": "string", "description": key}, "bindingVersion": BINDING}}
