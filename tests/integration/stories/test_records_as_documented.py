"""What is really on the topics is what docs/asyncapi and docs/schemas say."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import jsonschema
from aiokafka import ConsumerRecord
from support import topics
from support.brands import Brand
from support.waiting import until

MakeBrand = Callable[..., Awaitable[Brand]]
Record = ConsumerRecord[bytes, bytes]
DOCS = Path(__file__).parents[3] / "docs"
SPEC: dict[str, Any] = json.loads((DOCS / "asyncapi" / "giftstream.json").read_text("utf-8"))


def senders_of(topic: str) -> set[str]:
    channel = {"$ref": f"#/channels/{topic}"}
    return {
        name.split(".")[0]
        for name, operation in SPEC["operations"].items()
        if operation["action"] == "send" and operation["channel"] == channel
    }


def is_as_documented(topic: str, record: Record, body: dict[str, Any]) -> None:
    schema = json.loads((DOCS / "schemas" / f"{topic}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(body)
    assert set(body) <= set(schema["properties"]), topic
    message = SPEC["components"]["messages"][topic]
    headers = {name: value.decode() for name, value in record.headers}
    kind = message["headers"]["$ref"].split("/")[-1]
    jsonschema.validate(headers, SPEC["components"]["schemas"][kind])
    assert headers["ce_source"] in senders_of(topic)
    assert (headers["ce_type"], headers["ce_id"]) == (topic, body["event_id"])
    assert record.key is not None
    assert record.key.decode() == headers["ce_subject"]
    assert record.key.decode() == message["bindings"]["kafka"]["key"]["description"].format(**body)


async def test_every_record_about_a_gift_is_as_documented(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    wish = brand.selection()
    # Through campaign, so that selection.submitted is ours to answer for too.
    await brand.stack.campaign.post("/selections", wish)
    order = await brand.order_of(wish["selection_id"], "placed")
    await brand.publish(brand.selection(lines=[]))
    path = f"/_merchant/{brand.store}/orders/{order['store_order']['id']}"
    await brand.stack.simulator.post(f"{path}/fulfill", {"carrier": "UPS", "tracking_number": "1Z"})
    await brand.stack.simulator.post(f"{path}/deliver")
    await brand.order_of(wish["selection_id"], "delivered")
    wanted = {
        *("brand.changed", "campaign.changed", "catalog.item_changed", "store.changed"),
        *("selection.submitted", "selection.refused", "order.changed", "order.created"),
        *("order.delivered", "notification.sent"),
    }
    seen: set[str] = set()

    async def all_seen() -> bool:
        for topic in wanted - seen:
            for record in await topics.read_all(brand.stack.servers.kafka, topic):
                body = said_of(brand, record)
                if body is not None:
                    is_as_documented(topic, record, body)
                    seen.add(topic)
        return seen == wanted

    await until(all_seen, within_s=60.0, what="a record on each topic", every_s=1.0)


def said_of(brand: Brand, record: Record) -> dict[str, Any] | None:
    """The body when it is about this brand and one of our own services said it."""
    if record.value is None or "ce_source" not in dict(record.headers):
        return None
    body = json.loads(record.value)
    mine = isinstance(body, dict) and body.get("brand_id") == brand.brand_id
    return body if mine else None
