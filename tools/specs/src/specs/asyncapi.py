"""The AsyncAPI 3 document of the whole system: topics, messages, and who sends and receives."""

from collections.abc import Mapping, Sequence
from typing import Any

from giftstream.delivery.parking import DLQ_SUFFIX

from specs.channels import channels, message_of
from specs.headers import headers
from specs.messages import BINDING, messages
from specs.sends import SENDS

_SAID = (
    "Gift orders over Kafka. What is said on a topic is said once for all readers; fields are only"
    " ever added. How to publish and to read, with an example to copy: examples/README.md."
)


def asyncapi(listens: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The document; `listens` has the topics that each service consumes."""
    return {
        "asyncapi": "3.0.0",
        "id": "urn:giftstream",
        "info": {
            "title": "giftstream",
            "version": "1",
            "description": _SAID,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"kafka": _server()},
        "channels": channels(),
        "operations": _operations(listens),
        "components": {"messages": messages(), "schemas": headers()},
    }


def _server() -> dict[str, Any]:
    return {
        "host": "{bootstrap}",
        "protocol": "kafka",
        "description": "Whatever GIFTSTREAM_KAFKA names.",
        "variables": {"bootstrap": {"default": "127.0.0.1:9092"}},
    }


def _operations(listens: Mapping[str, Sequence[str]]) -> dict[str, dict[str, Any]]:
    operations = {}
    for service, topics in listens.items():
        dead = [topic + DLQ_SUFFIX for topic in sorted(topics)]
        for topic in (*SENDS[service], *dead):
            operations[f"{service}.sends.{topic}"] = _operation(service, "send", topic)
        for topic in sorted(topics):
            receiving = _operation(service, "receive", topic)
            operations[f"{service}.receives.{topic}"] = receiving | {"bindings": _group(service)}
    return operations


def _operation(service: str, action: str, topic: str) -> dict[str, Any]:
    message = message_of(topic)
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic}"},
        "messages": [{"$ref": f"#/channels/{topic}/messages/{message}"}],
        "tags": [{"name": service}],
    }


def _group(service: str) -> dict[str, Any]:
    group = {"type": "string", "const": service}
    return {"kafka": {"groupId": group, "bindingVersion": BINDING}}
