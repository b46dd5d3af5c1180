"""Writes docs/schemas, the JSON Schema of each event: `python -m giftstream.events.schema`."""

import json
import sys
from pathlib import Path

from giftstream.events import EVENTS, Event

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(event: type[Event]) -> str:
    """The schema of an event's body as text, always the same for the same model."""
    schema = {"$schema": DIALECT, "$id": f"urn:giftstream:event:{event.topic}"}
    schema |= event.model_json_schema(mode="validation")
    schema["title"] = event.topic
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def file_name(event: type[Event]) -> str:
    """Where in docs/schemas it stands."""
    return f"{event.topic}.json"


def write(folder: Path) -> None:
    """One file for each event; nothing else is touched."""
    folder.mkdir(parents=True, exist_ok=True)
    for event in EVENTS.values():
        (folder / file_name(event)).write_text(schema_of(event), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schemas"))
