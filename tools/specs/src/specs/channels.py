"""The channels of AsyncAPI: every topic, and how it is kept."""

from typing import Any

from giftstream.delivery.parking import DLQ_SUFFIX
from giftstream.topics import TOPICS, Topic

from specs.messages import BINDING, DEAD_LETTER
from specs.sends import FROM_PLATFORMS

FOR_PLATFORMS = (*FROM_PLATFORMS, "selection.refused", "order.changed", "order.created")
_DAY_MS = 24 * 60 * 60 * 1000


def channels() -> dict[str, dict[str, Any]]:
    """By topic."""
    return {name: _channel(topic) for name, topic in TOPICS.items()}


def message_of(topic: str) -> str:
    """The name of the only message on a topic."""
    return DEAD_LETTER if topic.endswith(DLQ_SUFFIX) else topic


def _channel(topic: Topic) -> dict[str, Any]:
    message = message_of(topic.name)
    return {
        "address": topic.name,
        "description": _kept(topic),
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
        "tags": [{"name": tag} for tag in _tags(topic)],
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": _configuration(topic),
                "bindingVersion": BINDING,
            }
        },
    }


def _kept(topic: Topic) -> str:
    if topic.compacted:
        return (
            "Compacted: the newest record of each key stays for ever, steps between may be missing,"
            " and repeats may come. A record without a value says that its key is gone for good."
        )
    days = f"Kept for {topic.retention_ms // _DAY_MS} days."
    if topic.name.endswith(DLQ_SUFFIX):
        of = topic.name.removesuffix(DLQ_SUFFIX)
        return f"{days} Dead letters of {of}, for people: `giftstream dlq list`."
    return f"{days} A record may come more than once, with the same event_id."


def _tags(topic: Topic) -> list[str]:
    if topic.name.endswith(DLQ_SUFFIX):
        return ["dead letters"]
    return ["platforms"] if topic.name in FOR_PLATFORMS else ["services"]


def _configuration(topic: Topic) -> dict[str, Any]:
    config = topic.config()
    policy = config.pop("cleanup.policy").split(",")
    return {"cleanup.policy": policy} | {name: int(value) for name, value in config.items()}
