"""What others know of a catalog item."""

from giftstream.events import CatalogItemChanged, Money
from giftstream.identity import event_identity
from giftstream.mongo import Document


def render_item_changed(item: Document) -> CatalogItemChanged:
    """The newest state of an item."""
    cost = item["unit_cost"]
    return CatalogItemChanged(
        event_id=event_identity(item["_id"], CatalogItemChanged.topic, item["version"]),
        occurred_at=item["changed_at"],
        item_id=item["_id"],
        brand_id=item["brand_id"],
        store_id=item["store_id"],
        product_ref=item["product_ref"],
        variant_ref=item["variant_ref"],
        sku=item["sku"],
        title=item["title"],
        variant_title=item["variant_title"],
        image_url=item["image_url"],
        retail_price=Money(**item["retail_price"]),
        unit_cost=None if cost is None else Money(**cost),
        requires_shipping=item["requires_shipping"],
        status=item["status"],
        campaigns=tuple(item["campaigns"]),
        revision=item["version"],
    )
