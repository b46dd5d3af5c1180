"""A service's own copy of brands, as events and tombstones leave it, in a real MongoDB."""

from datetime import timedelta

import pytest
from giftstream.brands import KeepBrands, KnownBrands
from giftstream.clock import now
from giftstream.delivery import Record, Writer, decode_event
from giftstream.delivery.folding import fold
from giftstream.events import ApiKey, BrandChanged, Publisher, encode
from giftstream.http.keys import NewKey, new_api_key, opens
from giftstream.mongo import Database


@pytest.fixture
async def brands(database: Database) -> KnownBrands:
    brands = KnownBrands(database)
    await brands.ensure_indexes()
    return brands


def acme(revision: int, *keys: NewKey, name: str = "Acme") -> BrandChanged:
    return BrandChanged(
        brand_id="acme",
        name=name,
        publishers=(Publisher(key_id="pub-1", name="campaign"),),
        api_keys=tuple(
            ApiKey(
                prefix=key.prefix,
                sha256=key.sha256,
                scopes=("orders:read",),
                expires_at=now() + timedelta(days=1),
            )
            for key in keys
        ),
        revision=revision,
    )


async def told(database: Database, *events: BrandChanged | None) -> None:
    """Each event, or a tombstone, as one batch of the delivery."""
    decode, keep = decode_event(BrandChanged), KeepBrands()
    for offset, event in enumerate(events):
        value = None if event is None else encode(event)
        item = decode(Record("brand.changed", 0, offset, b"acme", value))
        change = keep.plan(item, await keep.facts([item]))
        await Writer(database).write(fold(change.puts))


async def test_a_key_opens_as_soon_as_campaign_told_of_it(
    brands: KnownBrands, database: Database
) -> None:
    made = new_api_key()
    assert await brands.find_key(made.prefix) is None
    await told(database, acme(1, new_api_key(), made))
    stored = await brands.find_key(made.prefix)
    assert stored is not None
    assert (stored.brand_id, stored.scopes) == ("acme", frozenset({"orders:read"}))
    assert opens(made.key, stored)
    assert not opens(made.key + "x", stored)


async def test_a_revoked_key_is_gone(brands: KnownBrands, database: Database) -> None:
    made = new_api_key()
    await told(database, acme(1, made), acme(2))
    assert await brands.find_key(made.prefix) is None


async def test_an_older_revision_brings_nothing_back(
    brands: KnownBrands, database: Database
) -> None:
    made = new_api_key()
    await told(database, acme(1, made), acme(2, name="Acme & Co"), acme(1, made))
    assert await brands.find_key(made.prefix) is None
    brand = await brands.get("acme")
    assert brand is not None
    assert (brand["name"], brand["unsigned_selections"]) == ("Acme & Co", "review")
    assert brand["publishers"] == [{"key_id": "pub-1", "name": "campaign"}]


async def test_a_tombstone_removes_the_brand_and_its_keys(
    brands: KnownBrands, database: Database
) -> None:
    made = new_api_key()
    await told(database, acme(1, made), None)
    assert await brands.get("acme") is None
    assert await brands.find_key(made.prefix) is None
    assert await brands.named(["acme", "other"]) == []
