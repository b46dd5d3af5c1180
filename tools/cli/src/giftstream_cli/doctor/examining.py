"""All checks of the doctor, in the order in which one builds on the other."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from giftstream_cli.addresses import Addresses
from giftstream_cli.api import Api
from giftstream_cli.doctor import around, services
from giftstream_cli.doctor.finding import Finding, skipped
from giftstream_cli.doctor.kafka import check_kafka
from giftstream_cli.failures import WrongUse
from giftstream_cli.services import SERVICES

STORES_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was told."""

    kafka: str | None
    api_key: str | None
    sealing_key_file: Path | None
    smtp: str | None
    webhooks: str | None
    replicas: int
    max_lag: int
    acls: bool
    operators: tuple[str, ...]
    stores: bool


def examine(known: Addresses, asked: Asked) -> Iterator[Finding]:
    """Each finding as soon as it is there."""
    yield from _kafka(known, asked)
    yield from _around(known, asked)
    for name in SERVICES:
        url = known.maybe_service(name)
        if url is None:
            variable = "GIFTSTREAM_URL_" + name.upper().replace("-", "_")
            yield skipped(name, f"Set {variable}=http://….")
        else:
            yield from _service(known, asked, name, url)


def _kafka(known: Addresses, asked: Asked) -> Iterator[Finding]:
    servers = known.maybe_kafka(asked.kafka)
    if servers is None:
        yield skipped("kafka", "Give --kafka HOST:PORT or GIFTSTREAM_KAFKA.")
    else:
        checking = check_kafka(
            servers, asked.replicas, asked.max_lag, acls=asked.acls, operators=asked.operators
        )
        yield from asyncio.run(checking)


def _around(known: Addresses, asked: Asked) -> Iterator[Finding]:
    mongo = known.maybe("GIFTSTREAM_MONGO", "mongo")
    how = "Set GIFTSTREAM_MONGO; what the services say of theirs is below."
    yield around.check_mongo(mongo) if mongo else skipped("mongo", how)
    file = known.sealing_key_file(asked.sealing_key_file)
    how = "Give --sealing-key-file or GIFTSTREAM_SEALING_KEY_FILE."
    yield around.check_sealing_key(file) if file else skipped("sealing key", how)
    smtp = known.maybe("NOTIFICATION_SMTP", "smtp", asked.smtp)
    how = "Give --smtp HOST:PORT or NOTIFICATION_SMTP."
    yield around.check_smtp(smtp) if smtp else skipped("smtp", how)
    webhooks = known.maybe("STORE_SYNC_WEBHOOK_URL", "webhooks", asked.webhooks)
    how = "Give --webhooks URL or STORE_SYNC_WEBHOOK_URL."
    yield around.check_webhooks(webhooks) if webhooks else skipped("webhooks", how)


def _service(known: Addresses, asked: Asked, name: str, url: str) -> Iterator[Finding]:
    ready = services.check_ready(name, url)
    yield ready
    try:
        key = known.key(asked.api_key)
    except WrongUse:
        yield skipped(f"{name} checks", "Give the admin key in GIFTSTREAM_KEY.")
        return
    with Api(url, key) as api:
        yield from services.check_inside(name, api)
        if name == "store-sync" and asked.stores:
            yield from _stores(api)


def _stores(api: Api) -> Iterator[Finding]:
    stores, trouble = services.stores_of(api)
    with ThreadPoolExecutor(STORES_AT_ONCE) as pool:
        yield from pool.map(lambda store: services.check_store(api, store), stores)
    yield from trouble
