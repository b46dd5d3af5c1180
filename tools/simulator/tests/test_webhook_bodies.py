"""Bodies have the fields, and the types, of Shopify's own samples."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parents[4] / "shared/specs/shopify/webhooks/2026-07/payloads"
TOPICS = (
    "ORDERS_CREATE",
    "ORDERS_PAID",
    "ORDERS_UPDATED",
    "ORDERS_PARTIALLY_FULFILLED",
    "ORDERS_FULFILLED",
    "ORDERS_EDITED",
    "ORDERS_CANCELLED",
    "ORDERS_DELETE",
    "FULFILLMENTS_CREATE",
    "FULFILLMENTS_UPDATE",
    "FULFILLMENT_EVENTS_CREATE",
    "REFUNDS_CREATE",
    "RETURNS_APPROVE",
    "RETURNS_CLOSE",
    "PRODUCTS_UPDATE",
    "PRODUCTS_DELETE",
    "INVENTORY_LEVELS_UPDATE",
    "APP_SCOPES_UPDATE",
    "APP_UNINSTALLED",
    "DRAFT_ORDERS_CREATE",
    "DRAFT_ORDERS_UPDATE",
    "DRAFT_ORDERS_DELETE",
)


def strange(body: Any, sample: Any, path: str) -> list[str]:
    """Paths that the sample does not have, or has with another type."""
    if body is None or sample is None or sample in ([], {}):
        return []
    if isinstance(body, dict) and isinstance(sample, dict):
        found = [f"{path}.{key} is not there" for key in body.keys() - sample.keys()]
        for key in body.keys() & sample.keys():
            found += strange(body[key], sample[key], f"{path}.{key}")
        return found
    if isinstance(body, list) and isinstance(sample, list):
        return [line for item in body for line in strange(item, sample[0], f"{path}[]")]
    same = type(body) is type(sample)
    return [] if same else [f"{path} is {type(body).__name__}, not {type(sample).__name__}"]


async def whole_life(shop, mark) -> None:
    order = await shop.ordered(mark, 3)
    part = [{"variant_ref": shop.variant, "quantity": 1}]
    for action, body in (
        ("fulfill", {"lines": part}),
        ("fulfill", {}),
        ("deliver", {}),
        ("return", {"lines": part}),
        ("unfulfill", {}),
        ("edit", {"lines": part}),
        ("cancel", {}),
        ("delete", {}),
    ):
        done = await shop.merchant(f"orders/{order}/{action}", **body)
        assert done.status_code == 200, done.text
    await shop.drafted(mark)
    draft = (await shop.ledger("prepared"))[-1]["object"]
    await shop.http.delete(f"/_merchant/{shop.id}/drafts/{draft}")
    for variant in shop.made["products"][0]["variants"]:
        path = f"/_merchant/{shop.id}/variants/{variant['variant_ref']}"
        await shop.http.patch(path, json={"deleted": True})
    await shop.merchant("revoke", scopes=["read_returns"])
    await shop.merchant("uninstall")


async def test_every_topic_is_sent_with_fields_that_shopify_sends_too(shop, receiver, mark):
    if not SAMPLES.is_dir():
        pytest.skip("Shopify's sample bodies lie beside the repository and are not here")
    await shop.subscribe(receiver.url, *TOPICS)
    await whole_life(shop, mark)
    async with asyncio.timeout(10):
        while len(receiver.topics()) < len(TOPICS):
            await receiver.wait_for(len(receiver.got) + 1)
    found = set()
    for headers, body in receiver.got:
        topic = headers["x-shopify-topic"]
        file = SAMPLES / f"{topic.replace('/', '__')}.json"
        found.update(strange(json.loads(body), json.loads(file.read_text()), topic))
    assert not found, "\n".join(sorted(found))
