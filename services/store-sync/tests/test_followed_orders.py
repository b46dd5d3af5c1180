"""Who reads an order in its store may write what was seen, and what was hinted meanwhile stays."""

from datetime import timedelta
from typing import Any

from giftstream.clock import now
from giftstream.mongo import Database, Document
from store_sync.followed_orders import COLLECTION, FollowedOrders

STORE = "s1"


async def followed(database: Database, order_id: str = "o1", **changed: Any) -> FollowedOrders:
    """One order more that is followed, and due."""
    order: Document = {
        "_id": order_id, "version": 1, "outbox": [], "store_id": STORE,
        "store_order": {"id": f"9-{order_id}"}, "observation": 0, "observations": [],
        "verified_at": None, "hint": "poll", "lease": None,
        "due_at": now() - timedelta(seconds=5),
    }  # fmt: skip
    await database[COLLECTION].insert_one(order | changed)
    return FollowedOrders(database)


async def claimed(orders: FollowedOrders, lease_s: float = 60.0) -> Document:
    one = await orders.claim(STORE, lease_s)
    assert one is not None
    return one


async def stored(orders: FollowedOrders, order_id: str = "o1") -> Document:
    one = await orders.get(order_id)
    assert one is not None
    return one


async def test_an_order_that_is_being_read_is_nobody_elses(database: Database) -> None:
    orders = await followed(database)
    await claimed(orders)
    await orders.hint(["o1"], "webhook")
    assert await orders.claim(STORE, 60.0) is None


async def test_a_reader_whose_lease_is_over_writes_nothing(database: Database) -> None:
    orders = await followed(database)
    slow = await claimed(orders, lease_s=0.0)
    quick = await claimed(orders)
    assert not await orders.save(slow, {"observation": 1}, None)
    await orders.release(slow, now() + timedelta(hours=1))
    order = await stored(orders)
    assert (order["observation"], order["lease"]) == (0, quick["lease"])
    assert await orders.save(quick, {"observation": 1}, None)


async def test_a_hint_that_comes_while_the_store_is_read_leaves_the_order_due(
    database: Database,
) -> None:
    orders = await followed(database)
    one = await claimed(orders)
    await orders.hint(["o1"], "webhook")
    assert await orders.save(one, {"observation": 1}, now() + timedelta(hours=1))
    order = await stored(orders)
    assert (order["observation"], order["hint"]) == (1, "webhook")
    assert (await claimed(orders))["_id"] == "o1"


async def test_an_order_that_has_ended_is_due_again_only_by_a_hint(database: Database) -> None:
    orders = await followed(database)
    assert await orders.save(await claimed(orders), {}, None)
    assert await orders.stores_with_due([STORE]) == []
    await orders.hint(["o1"], "poll")
    assert await orders.stores_with_due([STORE]) == [STORE]


async def test_what_is_seen_waits_where_its_events_have_no_room(database: Database) -> None:
    full = [{"event_id": str(n)} for n in range(32)]
    orders = await followed(database, outbox=full)
    one = await claimed(orders)
    assert not await orders.save(one, {"observation": 1}, None, [{"event_id": "new"}])
    assert (await stored(orders))["observation"] == 0


async def test_orders_are_known_in_their_own_store_alone(database: Database) -> None:
    orders = await followed(database)
    await followed(database, "o2", store_id="s2", store_order={"id": "9-o1"})
    known = await orders.known(STORE, ["9-o1"])
    assert [one["_id"] for one in known.values()] == ["o1"]
    assert await orders.marked(STORE, ["o1", "o2"]) == {"o1"}
