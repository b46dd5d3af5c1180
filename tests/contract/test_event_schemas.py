"""The schemas in docs are those of the code, and every released version of a body still parses."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from giftstream.events import EVENTS, encode
from giftstream.events.schema import file_name, schema_of

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "docs" / "schemas"
SAMPLES = Path(__file__).parent / "samples"
STORED = sorted(SAMPLES.glob("*/v*.json"))


def says_all_of(said: Any, sample: Any) -> bool:
    """Whether nothing of the sample was lost; fields that it leaves out may have defaults."""
    if isinstance(sample, dict):
        return all(key in said and says_all_of(said[key], sample[key]) for key in sample)
    if isinstance(sample, list):
        return len(said) == len(sample) and all(map(says_all_of, said, sample))
    return bool(said == sample)


@pytest.mark.parametrize("topic", EVENTS)
def test_the_schema_in_docs_is_current(topic: str) -> None:
    written = (SCHEMAS / file_name(EVENTS[topic])).read_text("utf-8")
    assert written == schema_of(EVENTS[topic]), "run python -m giftstream.events.schema"


def test_docs_hold_no_schema_of_an_event_that_is_gone() -> None:
    assert {path.name for path in SCHEMAS.iterdir()} == {file_name(one) for one in EVENTS.values()}


@pytest.mark.parametrize("topic", EVENTS)
def test_every_event_has_a_stored_sample(topic: str) -> None:
    assert (SAMPLES / topic / "v1.json").exists()


@pytest.mark.parametrize("path", STORED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_stored_sample_parses_without_losing_anything(path: Path) -> None:
    raw = path.read_bytes()
    event = EVENTS[path.parent.name].model_validate_json(raw)
    assert says_all_of(json.loads(encode(event)), json.loads(raw))


@pytest.mark.parametrize("path", STORED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_stored_sample_is_as_its_schema_says(path: Path) -> None:
    schema = json.loads((SCHEMAS / f"{path.parent.name}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_bytes()))


@pytest.mark.parametrize("path", STORED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_field_from_the_future_is_ignored(path: Path) -> None:
    body = json.loads(path.read_bytes())
    later = json.dumps({**body, "added_later": {"deep": [1]}}).encode()
    event = EVENTS[path.parent.name]
    assert event.model_validate_json(later) == event.model_validate_json(path.read_bytes())


@pytest.mark.parametrize("topic", sorted(set(EVENTS) - {"selection.submitted"}))
def test_only_selections_have_room_for_personal_data(topic: str) -> None:
    personal = {"email", "phone", "recipient", "address", "line1", "postcode"}
    assert not personal & set(_property_names(json.loads(schema_of(EVENTS[topic]))))


def _property_names(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [name for part in schema for name in _property_names(part)]
    if not isinstance(schema, dict):
        return []
    names = list(schema.get("properties", {}))
    return names + [name for part in schema.values() for name in _property_names(part)]
