"""Who sends what. What a service listens to it says itself; what it sends is told here.

tests/contract/test_asyncapi.py holds this table against the events that each service makes.
"""

SENDS: dict[str, tuple[str, ...]] = {
    "campaign": (
        "selection.submitted",
        "selection.withdrawn",
        "brand.changed",
        "campaign.changed",
        "catalog.item_changed",
    ),
    "order-placement": ("selection.refused", "order.changed", "order.created"),
    "store-sync": (
        "order.fulfilled",
        "order.shipment_updated",
        "order.delivered",
        "order.cancelled",
        "order.returned",
        "order.edited",
        "store.changed",
        "store.product_changed",
    ),
    "notification": ("notification.sent", "notification.failed"),
}

FROM_PLATFORMS = ("selection.submitted", "selection.withdrawn")
"""What platforms publish; campaign too, for the selections made through it."""

KEYS: dict[str, str] = {
    "selection.submitted": "{brand_id}/{selection_id}",
    "selection.withdrawn": "{brand_id}/{selection_id}",
    "selection.refused": "{brand_id}/{selection_id}",
    "order.changed": "{order_id}",
    "order.created": "{order_id}",
    "order.fulfilled": "{order_id}",
    "order.shipment_updated": "{order_id}",
    "order.delivered": "{order_id}",
    "order.cancelled": "{order_id}",
    "order.returned": "{order_id}",
    "order.edited": "{order_id}",
    "brand.changed": "{brand_id}",
    "campaign.changed": "{campaign_id}",
    "catalog.item_changed": "{item_id}",
    "store.changed": "{store_id}",
    "store.product_changed": "{store_id}",
    "notification.sent": "{message_id}",
    "notification.failed": "{message_id}",
}
"""The Kafka key of each topic's records, from the fields of the body."""
