"""Webhook bodies of products/*."""

from __future__ import annotations

from simulator.database import Document

FULL_VARIANTS = 100


def product_body(product: Document, variants: list[Document]) -> Document:
    """The body of products/update: the first 100 variants in full, the rest by id."""
    return {
        "id": int(product["legacyResourceId"]),
        "admin_graphql_api_id": product["id"],
        "title": product["title"],
        "handle": product["handle"],
        "vendor": product["vendor"],
        "product_type": product["productType"],
        "status": product["status"].lower(),
        "tags": ", ".join(product["tags"]),
        "created_at": product["createdAt"],
        "updated_at": product["updatedAt"],
        "published_at": product["publishedAt"],
        "image": {"src": product["_image"]},
        "variants": [_variant(variant) for variant in variants[:FULL_VARIANTS]],
        "variant_gids": [
            {"admin_graphql_api_id": variant["id"], "updated_at": variant["updatedAt"]}
            for variant in variants
        ],
    }


def _variant(variant: Document) -> Document:
    return {
        "id": int(variant["legacyResourceId"]),
        "admin_graphql_api_id": variant["id"],
        "product_id": int(variant["_product"]),
        "title": variant["title"],
        "sku": variant["sku"],
        "price": variant["price"],
        "position": variant["position"],
        "inventory_policy": variant["inventoryPolicy"].lower(),
        "inventory_item_id": int(variant["_item"]),
        "inventory_quantity": variant["inventoryQuantity"],
        "updated_at": variant["updatedAt"],
        "created_at": variant["createdAt"],
    }
