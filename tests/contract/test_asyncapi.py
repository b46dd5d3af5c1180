"""docs/asyncapi tells every topic, who sends and who receives, and what a record carries."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from giftstream import signatures
from giftstream.delivery.parking import DLQ_SUFFIX
from giftstream.events import EVENTS, SelectionSubmitted, headers_for
from giftstream.topics import TOPICS
from giftstream_cli.doctor import writers
from specs.sends import FROM_PLATFORMS, KEYS, SENDS

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "asyncapi" / "giftstream.json"
SAMPLES = Path(__file__).parent / "samples"
SPEC: dict[str, Any] = json.loads(DOCUMENT.read_text("utf-8"))


def at(pointer: str) -> Any:
    """What a reference of the document points to."""
    file, _, place = pointer.partition("#")
    if file:
        return json.loads((DOCUMENT.parent / file).read_text("utf-8"))
    found: Any = SPEC
    for step in place.removeprefix("/").split("/"):
        found = found[step]
    return found


def references(part: Any) -> list[str]:
    if isinstance(part, list):
        return [found for one in part for found in references(one)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
    return own + [found for one in part.values() for found in references(one)]


def topics_of(service: str, action: str) -> set[str]:
    return {
        at(operation["channel"]["$ref"])["address"]
        for operation in SPEC["operations"].values()
        if operation["action"] == action and {"name": service} in operation["tags"]
    }


def events_named_in(service: str) -> set[str]:
    """Topics of the event classes that the service's code imports."""
    by_name = {event.__name__: topic for topic, event in EVENTS.items()}
    names = {
        alias.name
        for path in (ROOT / "services" / service / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("giftstream.events")
        for alias in node.names
    }
    return {by_name[name] for name in names & set(by_name)}


def test_it_has_what_asyncapi_3_asks_for() -> None:
    assert SPEC["asyncapi"] == "3.0.0"
    assert SPEC["info"].keys() >= {"title", "version"}
    for server in SPEC["servers"].values():
        assert server.keys() >= {"host", "protocol"}
        assert set(re.findall(r"{(\w+)}", server["host"])) == set(server["variables"])
    for operation in SPEC["operations"].values():
        assert operation["action"] in {"send", "receive"}
        own = operation["channel"]["$ref"] + "/messages/"
        assert all(message["$ref"].startswith(own) for message in operation["messages"])
    for name in [*SPEC["components"]["messages"], *SPEC["components"]["schemas"]]:
        assert re.fullmatch(r"[a-zA-Z0-9.\-_]+", name)
    for message in SPEC["components"]["messages"].values():
        assert message["headers"]["$ref"].startswith("#/components/schemas/")
        assert "payload" in message or message["name"] == "deadLetter"


def test_every_reference_leads_somewhere() -> None:
    found = set(references(SPEC))
    assert {f"../schemas/{topic}.json" for topic in EVENTS} <= found
    for pointer in found:
        assert at(pointer) is not None, pointer


def test_schemas_use_no_word_that_asyncapis_own_dialect_lacks() -> None:
    newer = {"prefixItems", "unevaluatedProperties", "unevaluatedItems", "dependentSchemas"}
    for path in (ROOT / "docs" / "schemas").iterdir():
        assert not newer & set(re.findall(r'"(\w+)":', path.read_text("utf-8"))), path.name


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_is_kept_as_its_channel_says(name: str) -> None:
    channel, topic = SPEC["channels"][name], TOPICS[name]
    told = channel["bindings"]["kafka"]
    assert channel["address"] == told["topic"] == name
    assert told["partitions"] == topic.partitions
    configured = {key: str(value) for key, value in told["topicConfiguration"].items()}
    configured["cleanup.policy"] = ",".join(told["topicConfiguration"]["cleanup.policy"])
    assert configured == topic.config()


def test_there_is_no_channel_without_a_topic() -> None:
    assert set(SPEC["channels"]) == set(TOPICS)


@pytest.mark.parametrize("topic", EVENTS)
def test_a_record_is_keyed_as_told(topic: str) -> None:
    body = json.loads((SAMPLES / topic / "v1.json").read_text("utf-8"))
    event = EVENTS[topic].model_validate(body)
    assert event.key() == KEYS[topic].format(**body)
    binding = SPEC["components"]["messages"][topic]["bindings"]["kafka"]
    assert binding["key"]["description"] == KEYS[topic]


@pytest.mark.parametrize("service", SENDS)
def test_a_service_sends_the_events_that_its_code_makes(service: str) -> None:
    made = events_named_in(service) - topics_of(service, "receive")
    assert set(SENDS[service]) == made, "tell it in tools/specs/src/specs/sends.py"
    dead = {topic + DLQ_SUFFIX for topic in topics_of(service, "receive")}
    assert topics_of(service, "send") == made | dead


def test_everything_that_is_received_is_sent_by_somebody_and_said_by_one() -> None:
    sent = [topic for topics in SENDS.values() for topic in topics]
    assert len(sent) == len(set(sent))
    assert set(sent) | set(FROM_PLATFORMS) == set(EVENTS)
    assert all(topics_of(service, "receive") <= set(EVENTS) for service in SENDS)


def test_records_carry_the_headers_that_are_told() -> None:
    kinds = SPEC["components"]["schemas"]
    raw = (SAMPLES / "selection.submitted" / "v1.json").read_bytes()
    event = SelectionSubmitted.model_validate_json(raw)
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    headers = {name: value.decode() for name, value in headers_for(event, "campaign", trace)}
    jsonschema.validate(headers, kinds["Headers"])
    assert headers.keys() == kinds["Headers"]["properties"].keys()
    signed = headers | {signatures.HEADER: signatures.sign("secret", raw, "key-1")}
    jsonschema.validate(signed, kinds["PlatformHeaders"])
    assert signed.keys() == kinds["PlatformHeaders"]["properties"].keys()
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({signatures.HEADER: "v2,key-1,00"}, kinds["PlatformHeaders"])


def test_the_doctor_knows_what_each_service_alone_sends() -> None:
    alone = {name: set(sent) - set(FROM_PLATFORMS) for name, sent in SENDS.items()}
    assert {name: set(topics) for name, topics in writers.OWN.items()} == alone
    assert set(writers.FROM_PLATFORMS) == set(FROM_PLATFORMS)
