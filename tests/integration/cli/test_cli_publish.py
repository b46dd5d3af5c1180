"""`giftstream topics apply` and `events publish` on a real Kafka."""

import asyncio
import json
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from giftstream.identity import new_id
from giftstream.signatures import parse, verify
from support import topics
from support.waiting import until

from .conftest import Run, Start

TOPIC = "selection.submitted"


def line(brand: str, selection: str, **changed: Any) -> dict[str, Any]:
    body = {
        "selection_id": selection,
        "brand_id": brand,
        "campaign_id": "spring",
        "creator_id": "cr-1",
        "lines": [{"sku": "TEE-M", "quantity": 1}],
        "shoe_size": 41,
    }
    return body | changed


def as_lines(bodies: Sequence[object]) -> bytes:
    return b"".join(json.dumps(body).encode() + b"\n" for body in bodies)


async def published(kafka: str, brand: str) -> list[Any]:
    """Records of this test's brand."""
    prefix = f"{brand}/".encode()
    return [
        one for one in await topics.read_all(kafka, TOPIC) if (one.key or b"").startswith(prefix)
    ]


async def test_topics_are_applied_once_and_then_there_is_nothing_to_do(giftstream: Run) -> None:
    ran = await giftstream("topics", "apply", "--yes", "--json")
    assert ran.code == 0
    again = await giftstream("topics", "apply", "--yes", "--json")
    assert again.document["differences"] == []
    shown = await giftstream("topics", "apply", "--dry-run")
    assert (shown.code, shown.out) == (0, "All topics are as they should be.\n")


async def test_good_lines_arrive_signed_and_bad_ones_are_told(
    giftstream: Run, kafka_with_topics: str, tmp_path: Path
) -> None:
    brand = new_id()
    bad = line(brand, "s-2", lines=[{"sku": "A", "quantity": 0}])
    (tmp_path / "gifts.jsonl").write_bytes(as_lines([line(brand, "s-1"), bad, line(brand, "s-3")]))
    (tmp_path / "key").write_text("pub-1:secret")
    ran = await giftstream("events", "publish", "gifts.jsonl", "--key-file", "key", "--json")
    assert ran.code == 1
    assert (ran.document["published"], ran.document["bad"]) == (2, 1)
    assert "line 2, lines[0].quantity" in ran.err
    records = await published(kafka_with_topics, brand)
    assert {record.key.decode() for record in records} == {f"{brand}/s-1", f"{brand}/s-3"}
    for record in records:
        headers = dict(record.headers)
        signature = parse(headers["giftstream-signature"])
        assert signature is not None
        assert verify("secret", record.value, signature)
        assert headers["ce_type"] == TOPIC.encode()
        assert json.loads(record.value)["event_id"] == headers["ce_id"].decode()
        assert json.loads(record.value)["shoe_size"] == 41


async def test_all_or_nothing_publishes_nothing_for_one_bad_line(
    giftstream: Run, kafka_with_topics: str
) -> None:
    brand = new_id()
    lines = as_lines([line(brand, "s-1"), "bad"])
    ran = await giftstream("events", "publish", "-", "--all-or-nothing", stdin=lines)
    assert ran.code == 1
    assert await published(kafka_with_topics, brand) == []
    good = as_lines([line(brand, "s-1"), line(brand, "s-2")])
    assert (await giftstream("events", "publish", "-", "--all-or-nothing", stdin=good)).code == 0
    assert len(await published(kafka_with_topics, brand)) == 2


async def test_thousands_of_lines_arrive_in_order_and_a_limit_holds(
    giftstream: Run, kafka_with_topics: str
) -> None:
    brand = new_id()
    lines = as_lines([line(brand, "one", note=str(number)) for number in range(3000)])
    ran = await giftstream("events", "publish", "-", "--limit", "2500", "--json", stdin=lines)
    assert (ran.code, ran.document["published"]) == (0, 2500)
    notes = [json.loads(one.value)["note"] for one in await published(kafka_with_topics, brand)]
    assert notes == [str(number) for number in range(2500)]


async def test_ctrl_c_ends_a_stream_and_says_what_was_published(
    start: Start, kafka_with_topics: str
) -> None:
    brand = new_id()
    process = await start("events", "publish", "-", "--json")
    assert process.stdin is not None
    process.stdin.write(as_lines([line(brand, "s-1"), line(brand, "s-2")]))
    await process.stdin.drain()

    async def both() -> bool:
        return len(await published(kafka_with_topics, brand)) == 2

    await until(both, within_s=30, what="lines are published as they come")
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    assert process.returncode == 1
    document = json.loads(out)
    assert (document["interrupted"], document["published"]) == (True, 2)
    assert b"Traceback" not in err
