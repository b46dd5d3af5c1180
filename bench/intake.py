"""Intake: `selection.submitted` to gift orders stored, beside the bare loop on the same topic."""

import asyncio
import itertools
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from giftstream import mongo, topics
from giftstream.clock import now
from giftstream.events import (
    Allowance,
    BrandChanged,
    CampaignChanged,
    CatalogItemChanged,
    Event,
    Money,
    SelectionSubmitted,
    StoreChanged,
    encode,
)
from giftstream.identity import item_identity, new_id
from giftstream.kafka import Kafka
from localstack.servers import Servers
from support.ports import free_port
from support.processes import Process
from support.secrets import shared_environment
from support.topics import publish
from support.waiting import until

from bench.report import Row

BRAND, CAMPAIGN, STORE = "bench-brand", "bench-campaign", "bench-store"
VARIANTS = 60
DATABASE = "giftstream_order_placement"


async def measure(servers: Servers, records: int, rounds: int = 3) -> Row:
    """Selections per second of both, the better of `rounds` alternating runs each."""
    await topics.apply(Kafka(servers.kafka))
    await publish(servers.kafka, [_record(event) for event in _facts()])
    with tempfile.TemporaryDirectory(prefix="giftstream-bench-") as folder:
        environment = shared_environment(Path(folder), servers.kafka, servers.mongo)
        port = str(free_port())
        environment |= {"ORDER_PLACEMENT_PORT": port, "GIFTSTREAM_LOG_LEVEL": "warning"}
        ours = Process(["-m", "order_placement"], environment, Path(folder) / "ours.log")
        await _learn_facts(ours, servers, port)
        await publish(servers.kafka, _selections(records))
        limits, speeds = [], []
        for round_ in range(rounds):
            limits.append(await _limit(servers, records, Path(folder), round_))
            speeds.append(await _ours(ours, servers, records, round_))
            if round_ + 1 < rounds:
                await publish(servers.kafka, _selections(records))
    return Row("intake", round(max(speeds), 1), round(max(limits), 1), "selections/s")


async def _learn_facts(ours: Process, servers: Servers, port: str) -> None:
    await ours.start()
    await ours.ready(f"http://127.0.0.1:{port}")
    database = mongo.connect(servers.mongo, DATABASE)

    async def known() -> bool:
        return await database["catalog_items"].estimated_document_count() >= VARIANTS

    await until(known, within_s=60.0, what="the catalog known")
    mongo.close(database)
    await ours.end()


async def _limit(servers: Servers, records: int, folder: Path, round_: int) -> float:
    name = f"bench_limit_{uuid.uuid4().hex[:8]}"
    total = records * (round_ + 1)
    arguments = ["-m", "bench.limit", "--kafka", servers.kafka, "--mongo", servers.mongo]
    arguments += ["--topic", SelectionSubmitted.topic, "--database", name]
    loop = Process([*arguments, "--records", str(total)], _plain(), folder / f"{name}.log")
    await loop.start()
    speed = await _speed(servers, name, 0, total)
    await loop.ended()
    return speed


async def _ours(ours: Process, servers: Servers, records: int, round_: int) -> float:
    await ours.start()
    speed = await _speed(servers, DATABASE, records * round_, records * (round_ + 1))
    await ours.end()
    return speed


async def _speed(servers: Servers, name: str, before: int, after: int) -> float:
    """Documents per second in `orders`, from the first new one seen to the last."""
    database = mongo.connect(servers.mongo, name)
    first: tuple[float, int] | None = None
    deadline = time.monotonic() + 180
    while True:
        count = await database["orders"].estimated_document_count()
        moment = time.monotonic()
        if first is None and count > before:
            first = (moment, count)
        if count >= after:
            break
        if moment > deadline:
            sys.exit(f"bench: only {count - before} of {after - before} stored in time")
        await asyncio.sleep(0.02)
    mongo.close(database)
    assert first is not None
    return (after - first[1]) / max(moment - first[0], 1e-6)


def _plain() -> dict[str, str]:
    return dict(os.environ)


def _record(event: Event) -> tuple[str, bytes, bytes, list[tuple[str, bytes]]]:
    return event.topic, event.key().encode(), encode(event), []


def _selections(records: int) -> Iterator[tuple[str, bytes, bytes, list[tuple[str, bytes]]]]:
    run = uuid.uuid4().hex[:8]
    variants = itertools.cycle(range(VARIANTS))
    for number in range(records):
        yield _record(_selection(f"{run}-{number}", next(variants)))


def _selection(selection_id: str, variant: int) -> SelectionSubmitted:
    return SelectionSubmitted.model_validate(
        {
            "selection_id": selection_id,
            "brand_id": BRAND,
            "campaign_id": CAMPAIGN,
            "creator_id": f"creator-{selection_id}",
            "recipient": {
                "name": "Ana García",
                "email": "ana@example.com",
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
            "lines": [{"sku": f"SKU-{variant}", "quantity": 1}],
            "reference": f"platform-{selection_id}",
        }
    )


def _facts() -> list[Event]:
    said = {"occurred_at": now(), "revision": 1}
    allowance = Allowance(items="unlimited", value="unlimited", orders_per_creator="unlimited")
    brand = BrandChanged(
        event_id=new_id(), brand_id=BRAND, name="Bench", unsigned_selections="accept", **said
    )
    store = StoreChanged(
        event_id=new_id(),
        store_id=STORE,
        brand_id=BRAND,
        platform="shopify",
        name="Bench",
        status="connected",
        currency="EUR",
        **said,
    )
    # Without auto-approval: intake alone is measured, nothing is placed.
    campaign = CampaignChanged(
        event_id=new_id(),
        campaign_id=CAMPAIGN,
        brand_id=BRAND,
        name="Bench",
        type="product_gifting",
        status="published",
        auto_approve=False,
        allowance=allowance,
        stores=(STORE,),
        **said,
    )
    return [brand, store, campaign, *(_item(variant) for variant in range(VARIANTS))]


def _item(variant: int) -> CatalogItemChanged:
    return CatalogItemChanged(
        event_id=new_id(),
        occurred_at=now(),
        revision=1,
        item_id=item_identity(STORE, str(variant)),
        brand_id=BRAND,
        store_id=STORE,
        product_ref=str(variant // 3),
        variant_ref=str(variant),
        sku=f"SKU-{variant}",
        title=f"Product {variant}",
        retail_price=Money(amount=2490, currency="EUR"),
        unit_cost=Money(amount=900, currency="EUR"),
        requires_shipping=True,
        status="active",
        campaigns=(CAMPAIGN,),
    )
