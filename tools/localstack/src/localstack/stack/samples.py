"""The sample selections: filled in for the demo campaign, new ids in every run, signed."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from giftstream import signatures
from giftstream.events import SelectionSubmitted, headers_for
from pydantic import ValidationError

from localstack.errors import StackError
from localstack.stack.demo import Demo

PUBLISH_WITHIN_S = 30.0


@dataclass(frozen=True)
class Sample:
    """One selection as it is published, and whom to show in the terminal."""

    selection_id: str
    recipient: str
    body: dict[str, Any]


def read_samples(path: Path, demo: Demo) -> list[Sample]:
    """One selection a line. A run has its own ids, so that a second run means new orders."""
    run = secrets.token_hex(3)
    samples = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip():
            continue
        try:
            body = _filled(json.loads(line), demo, run)
            SelectionSubmitted.model_validate(body)
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            raise StackError(f"{path} line {number} is no selection: {error}") from None
        name = (body.get("recipient") or {}).get("name") or body["creator_id"]
        samples.append(Sample(body["selection_id"], name, body))
    return samples


async def publish(samples: Sequence[Sample], demo: Demo, kafka: str) -> None:
    """Publish them, signed by the demo's publisher key."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True)
    try:
        async with asyncio.timeout(PUBLISH_WITHIN_S):
            await producer.start()
            for sample in samples:
                event = SelectionSubmitted.model_validate(sample.body)
                raw = json.dumps(sample.body, ensure_ascii=False).encode()
                await producer.send_and_wait(
                    event.topic,
                    raw,
                    key=event.key().encode(),
                    headers=[*headers_for(event, "localstack"), _signature(raw, demo)],
                )
    except TimeoutError:
        raise StackError("Kafka did not take the sample selections in time") from None
    finally:
        await producer.stop()


def _signature(raw: bytes, demo: Demo) -> tuple[str, bytes]:
    key = demo.publisher
    return signatures.HEADER, signatures.sign(key["secret"], raw, key["key_id"]).encode()


def _filled(body: dict[str, Any], demo: Demo, run: str) -> dict[str, Any]:
    return {
        "brand_id": demo.brand_id,
        "campaign_id": demo.campaign_id,
        **body,
        "selection_id": f"{body['selection_id']}-{run}",
        "creator_id": f"{body['creator_id']}-{run}",
    }
