"""The headers of records, as JSON Schema."""

from typing import Any

from giftstream.delivery.parking import DLQ_HEADERS
from giftstream.signatures import HEADER as SIGNATURE

_TEXT = {"type": "string"}
_CLOUD_EVENT: dict[str, Any] = {
    "ce_specversion": {"const": "1.0"},
    "ce_id": _TEXT | {"description": "event_id"},
    "ce_type": _TEXT | {"description": "The topic's name."},
    "ce_source": _TEXT | {"description": "The service that says it, as in order-placement."},
    "ce_time": _TEXT | {"format": "date-time", "description": "occurred_at"},
    "ce_subject": _TEXT | {"description": "The record's key."},
    "content-type": {"const": "application/json"},
    "traceparent": _TEXT
    | {"pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$", "description": "W3C."},
}
_SIGNATURE = _TEXT | {
    "pattern": "^v1,[^/]{1,512},[0-9a-fA-F]{64}$",
    "description": "v1,<key_id>,<hex>: HMAC-SHA256 of the record's value, byte for byte, under the "
    "UTF-8 bytes of the secret that POST /brands/{brand_id}/publishers showed once. A wrong one is "
    "refused; without it the brand's `unsigned_selections` decides.",
}
_DEAD = {
    "dlq-error": "Why it could not be used.",
    "dlq-source": "topic/partition/offset of the record.",
    "dlq-service": "Who could not use it.",
    "dlq-attempts": "How often it was tried.",
}


def headers() -> dict[str, dict[str, Any]]:
    """The three kinds: what services send, what platforms send, dead letters."""
    optional = {name: schema for name, schema in _CLOUD_EVENT.items() if name != "ce_source"}
    ours = {"ce_source": _TEXT | {"description": "Who says it."}, SIGNATURE: _SIGNATURE}
    dead = {name: _TEXT | {"description": _DEAD[name]} for name in DLQ_HEADERS}
    return {
        "Headers": {
            "type": "object",
            "description": "CloudEvents 1.0 in binary mode.",
            "required": [name for name in _CLOUD_EVENT if name != "traceparent"],
            "properties": _CLOUD_EVENT,
        },
        "PlatformHeaders": {
            "type": "object",
            "description": "CloudEvents 1.0 in binary mode; all of it may be left out.",
            "properties": optional | ours,
        },
        "DeadLetterHeaders": {
            "type": "object",
            "description": "The record's own headers, and these.",
            "required": list(DLQ_HEADERS),
            "properties": dead,
        },
    }
