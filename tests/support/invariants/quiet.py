"""INV6: nothing is under way any more."""

from collections import defaultdict

from giftstream import mongo
from support import topics
from support.brands import Brand
from support.invariants.orders import AT_REST, LIVE, Order
from support.stack import Stack
from support.waiting import until

PAGE = 200
DATABASES = ("campaign", "order_placement", "store_sync", "notification")


async def at_rest(brand: Brand, within_s: float) -> list[Order]:
    """All orders of all selections sent, once each rests or is live: nothing is unknown."""
    seen: dict[str, list[Order]] = {}
    missing: list[object] = []

    async def rests() -> bool:
        seen.clear()
        seen.update(await _orders_of(brand))
        missing[:] = [
            one["selection_id"]
            for one in brand.sent
            if one["selection_id"] not in seen and not await _refused(brand, one["selection_id"])
        ]
        missing.extend(o for own in seen.values() for o in own if o["status"] not in AT_REST | LIVE)
        return not missing

    try:
        await until(rests, within_s=within_s, what="every selection at rest", every_s=0.3)
    except AssertionError as error:
        raise AssertionError(f"{error}: {missing}") from error
    return [order for orders in seen.values() for order in orders]


async def _orders_of(brand: Brand) -> dict[str, list[Order]]:
    """By selection, for those that were sent."""
    sent = {selection["selection_id"] for selection in brand.sent}
    found: dict[str, list[Order]] = defaultdict(list)
    cursor: str | None = ""
    while cursor is not None:
        more = {"cursor": cursor} if cursor else {}
        page = await brand.stack.orders.get("/orders", brand_id=brand.brand_id, limit=PAGE, **more)
        for order in page["items"]:
            if order["selection_id"] in sent:
                found[order["selection_id"]].append(order)
        cursor = page["next"]
    return found


async def _refused(brand: Brand, selection_id: str) -> bool:
    became = await brand.became(selection_id)
    return bool(became) and bool(became.get("refusals"))


async def nothing_to_publish(stack: Stack, within_s: float = 30.0) -> None:
    """Every outbox is empty."""

    async def empty() -> bool:
        return not await _pending(stack)

    try:
        await until(empty, within_s=within_s, what="every outbox empty", every_s=0.5)
    except AssertionError as error:
        raise AssertionError(f"{error}: {await _pending(stack)}") from error


async def nothing_to_read(stack: Stack, *topics_read: tuple[str, str]) -> None:
    """Each (group, topic) is committed to its end."""

    async def committed() -> bool:
        return not any(
            [await topics.lag(stack.servers.kafka, group, topic) for group, topic in topics_read]
        )

    await until(committed, within_s=30.0, what=f"{topics_read} committed", every_s=0.5)


async def _pending(stack: Stack) -> list[str]:
    found = []
    for name in DATABASES:
        database = mongo.connect(stack.servers.mongo, f"giftstream_{name}")
        try:
            for collection in await database.list_collection_names():
                query = {"outbox.0": {"$exists": True}}
                if await database[collection].find_one(query, {"_id": 1}):
                    found.append(f"{name}.{collection}")
        finally:
            mongo.close(database)
    return found
