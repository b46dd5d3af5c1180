"""Where store-sync keeps sealed values, for a change of the sealing key."""

from collections.abc import Iterator, Sequence

from giftstream.mongo import Database, Document
from giftstream.operations import SealedCollection, SealedValue

from store_sync import connections, deliveries, followed_orders, privacy_requests


def sealed_values(database: Database) -> tuple[SealedCollection, ...]:
    """Connections' secrets, webhooks as they came, digests of addresses."""

    async def with_brand(found: Sequence[Document]) -> None:
        # A delivery is sealed to its store's brand, which only the connection names.
        stores = {"_id": {"$in": sorted({one["store_id"] for one in found})}}
        known = database[connections.COLLECTION].find(stores, {"brand_id": 1})
        brands = {one["_id"]: one["brand_id"] async for one in known}
        for one in found:
            one["brand_id"] = brands.get(one["store_id"])

    return (
        SealedCollection(
            connections.COLLECTION, ("brand_id", "secrets", "previous"), _of_connection
        ),
        SealedCollection(deliveries.COLLECTION, ("store_id", "body"), _of_delivery, with_brand),
        SealedCollection(
            privacy_requests.COLLECTION, ("store_id", "body"), _of_delivery, with_brand
        ),
        SealedCollection(followed_orders.COLLECTION, ("brand_id", "address"), _of_order),
    )


def _of_connection(connection: Document) -> Iterator[SealedValue]:
    brand_id, own = connection["brand_id"], connection["_id"]
    for name, sealed in (connection.get("secrets") or {}).items():
        yield SealedValue(f"secrets.{name}", sealed, brand_id, own, name)
    if previous := connection.get("previous"):
        yield SealedValue("previous.secret", previous["secret"], brand_id, own, "webhook_secret")


def _of_delivery(delivery: Document) -> Iterator[SealedValue]:
    if delivery.get("body") is not None and delivery["brand_id"] is not None:
        yield SealedValue("body", delivery["body"], delivery["brand_id"], delivery["_id"], "body")


def _of_order(order: Document) -> Iterator[SealedValue]:
    if order.get("address") is not None:
        yield SealedValue("address", order["address"], order["brand_id"], order["_id"], "address")
