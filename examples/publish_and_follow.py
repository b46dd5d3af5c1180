"""A platform that speaks to giftstream over Kafka: copy this file and make it yours.

It publishes one signed `selection.submitted` and follows what becomes of it on `selection.refused`
and `order.changed`. It knows nothing of giftstream but its documents: docs/asyncapi,
docs/schemas and examples/README.md. It needs `pip install aiokafka` and Python 3.11 or newer.

    python examples/publish_and_follow.py --sku GIFT-001-M     # until the order is in the store
    python examples/publish_and_follow.py --sku GIFT-001-M --until delivered --within 300

Where and who, from the environment, or else from the running stack's .giftstream/run.json:

    PLATFORM_KAFKA     host:port of Kafka        PLATFORM_KEY_ID  the publisher's key_id
    PLATFORM_BRAND     brand_id                  PLATFORM_SECRET  its secret, shown once by
    PLATFORM_CAMPAIGN  campaign_id                                POST /brands/{id}/publishers

Exit codes: 0 it became what was waited for; 1 it was refused, ended otherwise, or is not there
yet (the reasons are printed); 2 wrong usage; 3 Kafka could not be reached.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

SUBMITTED, REFUSED, CHANGED = "selection.submitted", "selection.refused", "order.changed"

# A status also tells that everything before it has happened: a compacted topic may skip steps,
# so "placed" is reached by an order that we first see as "delivered".
PLACED = {"placed", "partially_fulfilled", "fulfilled", "in_transit", "delivered"}
PLACED |= {"partially_returned", "returned"}
REACHED = {"placed": PLACED, "delivered": {"delivered", "partially_returned", "returned"}}
ENDED = {"rejected", "cancelled"}


class WrongUsage(Exception):
    """What is missing, in one sentence."""


def connection() -> dict[str, str]:
    """Kafka's address, the ids and the key: the environment wins over run.json."""
    found: dict[str, str] = {}
    run_json = Path(os.environ.get("PLATFORM_RUN_JSON", ".giftstream/run.json"))
    if run_json.exists():
        run = json.loads(run_json.read_text("utf-8"))
        demo = run.get("demo") or {}
        found = {
            "kafka": run["kafka"],
            "brand": demo.get("brand_id", ""),
            "campaign": demo.get("campaign_id", ""),
            **demo.get("publisher_key", {}),
        }
    for name in ("kafka", "brand", "campaign", "key_id", "secret"):
        found[name] = os.environ.get(f"PLATFORM_{name.upper()}", found.get(name, ""))
        if not found[name]:
            raise WrongUsage(f"PLATFORM_{name.upper()} is not set and {run_json} does not tell it")
    return found


def selection_of(at: dict[str, str], args: argparse.Namespace) -> dict[str, Any]:
    """The body as docs/schemas/selection.submitted.json has it, with a made-up recipient.

    `selection_id` is yours and stands for one wish: sending it again never makes a second order.
    """
    return {
        "selection_id": args.selection_id,
        "brand_id": at["brand"],
        "campaign_id": at["campaign"],
        "creator_id": args.creator_id,
        "recipient": {
            "name": "Ana García",
            "email": args.email,
            "phone": "+34612345678",
            "locale": "es",
            "address": {
                "line1": "Calle Mayor 1",
                "city": "Madrid",
                "region": "Madrid",
                "postcode": "28013",
                "country": "ES",
            },
        },
        "lines": [{"sku": args.sku, "quantity": 1}],
        "reference": args.reference,
    }


def signature(raw: bytes, key_id: str, secret: str) -> bytes:
    """The header's value. The very bytes that are sent are signed, never the JSON made anew."""
    digest = hmac.new(secret.encode("utf-8"), raw, hashlib.sha256).hexdigest()
    return f"v1,{key_id},{digest}".encode()


async def publish(at: dict[str, str], selection: dict[str, Any]) -> None:
    """Hand it over; returns once Kafka has it safely."""
    raw = json.dumps(selection, ensure_ascii=False).encode("utf-8")
    # The key keeps all records about one selection in order.
    key = f"{selection['brand_id']}/{selection['selection_id']}".encode()
    headers = [
        ("content-type", b"application/json"),
        ("giftstream-signature", signature(raw, at["key_id"], at["secret"])),
    ]
    # Idempotence also waits for every in-sync copy (acks=all).
    producer = AIOKafkaProducer(bootstrap_servers=at["kafka"], enable_idempotence=True)
    try:
        await producer.start()
        await producer.send_and_wait(SUBMITTED, raw, key=key, headers=headers)
    finally:
        await producer.stop()


@asynccontextmanager
async def listening(kafka: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer that stands at the end of both topics, before anything is published.

    A platform that runs for ever has a `group_id`, commits what it has worked off, and starts at
    "earliest": order.changed is compacted, so that it holds the newest state of every order.
    """
    consumer = AIOKafkaConsumer(
        REFUSED, CHANGED, bootstrap_servers=kafka, auto_offset_reset="latest"
    )
    try:
        await consumer.start()
        # Positions are fetched lazily: ask now, or what comes meanwhile is missed.
        for partition in consumer.assignment():
            await consumer.position(partition)
        yield consumer
    finally:
        await consumer.stop()


def reasons_in(body: dict[str, Any]) -> str:
    """Each reason's code with its sentence for people, one a line."""
    return "".join(f"\n  {one['code']}: {one['detail']}" for one in body["reasons"])


class Story:
    """What became of one selection; it may be split into several orders, one for each store."""

    def __init__(self, selection: dict[str, Any], until: str) -> None:
        self._ids = (selection["brand_id"], selection["selection_id"])
        self._until = until
        self.orders: dict[str, dict[str, Any]] = {}
        self.refused = False

    def take(self, topic: str, value: bytes | None) -> None:
        """One record of either topic; most are about others, and any may come twice."""
        body = json.loads(value) if value else {}
        if (body.get("brand_id"), body.get("selection_id")) != self._ids:
            return
        if topic == REFUSED:
            self.refused = True
            print(f"refused {self._ids[1]}{reasons_in(body)}", flush=True)
            return
        known = self.orders.get(body["order_id"])
        # Each body is the whole order: the highest sequence is true, others are repeats.
        if known and known["sequence"] >= body["sequence"]:
            return
        self.orders[body["order_id"]] = body
        in_store = body["store_order"]["number"] if body["store_order"] else "not in the store yet"
        print(f"{body['status']} {body['order_id']} ({in_store}){reasons_in(body)}", flush=True)

    def reached(self) -> bool:
        """Whether every order that we know of is where it was wanted."""
        return bool(self.orders) and all(
            order["status"] in REACHED[self._until] for order in self.orders.values()
        )

    def over(self) -> bool:
        """Whether waiting longer is of no use."""
        ended = REACHED[self._until] | ENDED
        known = [order["status"] in ended for order in self.orders.values()]
        return self.refused or (bool(known) and all(known))


async def follow(consumer: AIOKafkaConsumer, story: Story) -> None:
    """Read until the story is over."""
    while not story.over():
        for records in (await consumer.getmany(timeout_ms=500)).values():
            for record in records:
                story.take(record.topic, record.value)


async def submit_and_follow(args: argparse.Namespace) -> int:
    """The whole of it; the exit code."""
    at = connection()
    selection = selection_of(at, args)
    story = Story(selection, args.until)
    async with listening(at["kafka"]) as consumer:
        await publish(at, selection)
        print(f"published {selection['selection_id']}", flush=True)
        try:
            async with asyncio.timeout(args.within):
                await follow(consumer, story)
        except TimeoutError:
            # An order on hold waits for people, with its reasons: it is neither lost nor refused.
            print(f"not {args.until} within {args.within:g} s; it goes on without us", flush=True)
    return 0 if story.reached() and not story.refused else 1


def arguments() -> argparse.Namespace:
    """What to send, and how long to wait."""
    parser = argparse.ArgumentParser(description="Publish one selection and follow its order.")
    parser.add_argument("--sku", required=True, help="the product, by the store's SKU")
    parser.add_argument("--selection-id", default=f"sel-{uuid.uuid4().hex[:12]}")
    parser.add_argument("--creator-id", default="cr-77")
    parser.add_argument("--email", default="ana@example.com")
    parser.add_argument("--reference", help="echoed in every event about it")
    parser.add_argument("--until", choices=sorted(REACHED), default="placed")
    parser.add_argument("--within", type=float, default=120.0, help="seconds")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(submit_and_follow(arguments())))
    except WrongUsage as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    except KafkaError as problem:
        print(f"Kafka could not be reached: {problem!r}", file=sys.stderr)
        sys.exit(3)
