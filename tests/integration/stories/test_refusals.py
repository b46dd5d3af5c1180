"""Whatever cannot become an order is refused with its reason, where its publisher can see it."""

import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from support import topics
from support.brands import Brand
from support.checker import check
from support.waiting import until

MakeBrand = Callable[..., Awaitable[Brand]]
TOPIC = "selection.submitted"


async def refused_on_kafka(brand: Brand, selection_id: str | None) -> list[str]:
    records = await topics.read_all(brand.stack.servers.kafka, "selection.refused")
    bodies = [json.loads(record.value) for record in records]
    return [r["code"] for b in bodies if b["selection_id"] == selection_id for r in b["reasons"]]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"lines": [{"sku": "A", "quantity": 0}]}, "lines[0].quantity"),
        ({"lines": []}, "lines"),
        ({"lines": [{"sku": "A", "quantity": "2"}]}, "lines[0].quantity"),
        ({"lines": [{"sku": "A", "quantity": 1}] * 51}, "lines"),
        ({"creator_id": None}, "creator_id"),
        ({"recipient": "Ana"}, "recipient"),
    ],
)
async def test_an_invalid_selection_is_refused_with_the_place_of_its_fault(
    make_brand: MakeBrand, change: dict[str, Any], path: str
) -> None:
    brand = await make_brand_once(make_brand)
    selection = brand.selection(**change)
    await brand.publish(selection)
    assert set(await brand.refusal_of(selection["selection_id"])) == {"invalid_selection"}
    became = await brand.became(selection["selection_id"])
    assert became is not None
    assert path in [r["path"] for r in became["reasons"]]
    assert "invalid_selection" in await refused_on_kafka(brand, selection["selection_id"])


_made: dict[int, Brand] = {}


async def make_brand_once(make_brand: MakeBrand) -> Brand:
    """One brand is enough for what never becomes an order."""
    if 0 not in _made:
        _made[0] = await make_brand()
    return _made[0]


async def test_a_wrong_signature_is_refused_whatever_the_brand_says(make_brand: MakeBrand) -> None:
    brand = await make_brand(unsigned="accept")
    selection = brand.selection()
    raw = json.dumps(selection).encode()
    for header in (brand.signature(raw, "wrong"), b"v1,", b"\xff\xfe"):
        one = {**selection, "selection_id": f"sel-{uuid.uuid4().hex[:8]}"}
        raw = json.dumps(one).encode()
        headers = [("giftstream-signature", header)]
        await topics.publish(brand.stack.servers.kafka, [(TOPIC, b"k", raw, headers)])
        if header == b"\xff\xfe":
            await _in_dead_letters(brand, raw)
        else:
            assert await brand.refusal_of(one["selection_id"]) == ["bad_signature"]


async def test_an_unknown_key_is_waited_for_and_then_refused(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    selection = brand.selection()
    raw = json.dumps(selection).encode()
    header = f"v1,nobody-{uuid.uuid4().hex[:6]},{'0' * 64}".encode()
    await topics.publish(
        brand.stack.servers.kafka, [(TOPIC, b"k", raw, [("giftstream-signature", header)])]
    )
    assert await brand.refusal_of(selection["selection_id"]) == ["bad_signature"]


async def test_unsigned_selections_are_refused_where_the_brand_wants_it(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand(unsigned="refuse")
    selection = brand.selection()
    await brand.publish(selection, signed=False)
    assert await brand.refusal_of(selection["selection_id"]) == ["unsigned_not_accepted"]


async def test_unknown_brands_and_campaigns_are_waited_for_and_then_refused(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand_once(make_brand)
    nobody = brand.selection(brand_id=f"nobody-{uuid.uuid4().hex[:6]}")
    await brand.publish(nobody)
    lost = brand.selection(campaign_id="nothing")
    await brand.publish(lost)
    assert await brand.refusal_of(lost["selection_id"]) == ["unknown_campaign"]

    async def refused() -> bool:
        return "unknown_brand" in await refused_on_kafka(brand, nobody["selection_id"])

    await until(refused, within_s=30.0, what="unknown_brand refused")


async def _in_dead_letters(brand: Brand, raw: bytes | None, key: bytes = b"k") -> None:
    async def parked() -> bool:
        letters = await topics.read_all(brand.stack.servers.kafka, f"{TOPIC}.dlq")
        return any(letter.value == raw and letter.key == key for letter in letters)

    await until(parked, within_s=30.0, what="the dead letter")


@pytest.mark.parametrize(
    "raw",
    [
        b"{not json",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b'{"selection_id": 7, "brand_id": null}',
        b"[" * 100_000,
        None,
    ],
    ids=["malformed", "no text", "no object", "no ids", "deep", "null"],
)
async def test_what_cannot_be_read_is_a_dead_letter_and_a_refusal_without_ids(
    make_brand: MakeBrand, raw: bytes | None
) -> None:
    brand = await make_brand_once(make_brand)
    key = uuid.uuid4().hex.encode()
    before = len(await refused_on_kafka(brand, None))
    await topics.publish(brand.stack.servers.kafka, [(TOPIC, key, raw, [])])
    await _in_dead_letters(brand, raw, key)

    async def refused() -> bool:
        return len(await refused_on_kafka(brand, None)) > before

    await until(refused, within_s=20.0, what="refused without ids")


async def test_a_selection_above_the_size_limit_is_a_dead_letter_and_refused(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand_once(make_brand)
    selection = brand.selection(padding="x" * (300 * 1024))
    raw = json.dumps(selection).encode()
    key = uuid.uuid4().hex.encode()
    await topics.publish(brand.stack.servers.kafka, [(TOPIC, key, raw, [])])
    await _in_dead_letters(brand, raw, key)
    assert await brand.refusal_of(selection["selection_id"]) == ["invalid_selection"]


async def test_bad_neighbours_do_not_harm_good_selections(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    good = [brand.selection() for _ in range(5)]
    for selection in good:
        await topics.publish(brand.stack.servers.kafka, [(TOPIC, b"k", b"{", [])])
        await brand.publish(selection)
    for selection in good:
        await brand.order_of(selection["selection_id"], "placed")
    await check(brand)
