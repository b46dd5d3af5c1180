"""Products, variants and stock: the fields that are not plain values."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLResolveInfo

from simulator.database import Document
from simulator.shopify.connections import connection, page
from simulator.shopify.money import amount
from simulator.shopify.product_bodies import product_body
from simulator.shopify.search import found
from simulator.shopify.shop import Call, Resolver, Shop, legacy_id


def location(shop: Shop) -> Document:
    """The shop's only location."""
    number = shop.store.profile["location"]
    return {
        "__typename": "Location",
        "id": f"gid://shopify/Location/{number}",
        "legacyResourceId": number,
        "name": "Main warehouse",
        "isActive": True,
        "shipsInventory": True,
    }


def take_stock(shop: Shop, ref: str, quantity: int) -> None:
    """Moves stock from available to committed; a negative quantity gives it back."""
    variant = shop.variants.get(ref)
    if variant is None or not variant["_tracked"]:
        return
    variant["inventoryQuantity"] -= quantity
    variant["_committed"] += quantity
    stock_moved(shop, variant)


def ship_stock(shop: Shop, ref: str, quantity: int) -> None:
    """Committed stock leaves the house."""
    variant = shop.variants.get(ref)
    if variant is not None and variant["_tracked"]:
        variant["_committed"] -= quantity
        shop.save("variant", variant)


def stock_moved(shop: Shop, variant: Document) -> None:
    """Saves the variant and tells the subscribers of stock and product."""
    shop.touch("variant", variant)
    ref = variant["legacyResourceId"]
    number = int(shop.store.profile["location"])
    body = {
        "inventory_item_id": int(variant["_item"]),
        "location_id": number,
        "available": variant["inventoryQuantity"],
        "updated_at": variant["updatedAt"],
        "admin_graphql_api_id": (
            f"gid://shopify/InventoryLevel/{number}?inventory_item_id={variant['_item']}"
        ),
    }
    shop.announce("INVENTORY_LEVELS_UPDATE", lambda: body, ref)
    # Shopify sends products/update for every change of stock, orders included.
    product_moved(shop, shop.products[variant["_product"]])


def product_moved(shop: Shop, product: Document) -> None:
    """Saves the product with a new `updatedAt` and tells its subscribers."""
    shop.touch("product", product)
    variants = [shop.variants[ref] for ref in product["_variants"]]
    about = product["legacyResourceId"]
    shop.announce("PRODUCTS_UPDATE", lambda: product_body(product, variants), about)


def _item(variant: Document) -> Document:
    return {
        "__typename": "InventoryItem",
        "id": f"gid://shopify/InventoryItem/{variant['_item']}",
        "legacyResourceId": variant["_item"],
        "sku": variant["sku"],
        "tracked": variant["_tracked"],
        "requiresShipping": variant["_ships"],
        "createdAt": variant["createdAt"],
        "updatedAt": variant["updatedAt"],
        "_variant": variant,
    }


def _unit_cost(item: Document, info: GraphQLResolveInfo) -> Document | None:
    cost = item["_variant"]["_cost"]
    return None if cost is None else amount(cost, info.context.shop.currency)


def _levels(item: Document, info: GraphQLResolveInfo, **arguments: Any) -> Document:
    place = location(info.context.shop)
    number = place["legacyResourceId"]
    level = {
        "__typename": "InventoryLevel",
        "id": f"gid://shopify/InventoryLevel/{number}?inventory_item_id={item['legacyResourceId']}",
        "item": item,
        "location": place,
        "createdAt": item["createdAt"],
        "updatedAt": item["updatedAt"],
    }
    return page([level], **arguments)


def _quantities(level: Document, _info: object, names: list[str]) -> list[Document]:
    variant = level["item"]["_variant"]
    available, committed = variant["inventoryQuantity"], variant["_committed"]
    known = {"available": available, "committed": committed, "on_hand": available + committed}
    return [
        {
            "__typename": "InventoryQuantity",
            "id": f"gid://shopify/InventoryQuantity/{variant['_item']}?name={name}",
            "name": name,
            "quantity": known.get(name, 0),
            "updatedAt": level["updatedAt"],
        }
        for name in names
    ]


def _for_sale(variant: Document, info: GraphQLResolveInfo) -> bool:
    product = info.context.shop.products[variant["_product"]]
    in_stock = variant["inventoryQuantity"] > 0 or variant["inventoryPolicy"] == "CONTINUE"
    return product["status"] == "ACTIVE" and (in_stock or not variant["_tracked"])


def _image(product: Document, _info: object = None) -> Document:
    number = product["legacyResourceId"]
    return {
        "__typename": "MediaImage",
        "id": f"gid://shopify/MediaImage/{number}",
        "alt": product["title"],
        "mediaContentType": "IMAGE",
        "status": "READY",
        "image": _picture(product),
        "preview": {"image": _picture(product)},
    }


def _picture(product: Document, _info: object = None) -> Document:
    return {
        "id": f"gid://shopify/ProductImage/{product['legacyResourceId']}",
        "altText": product["title"],
        "url": product["_image"],
        "width": 1200,
        "height": 1200,
    }


def _variants_of(product: Document, info: GraphQLResolveInfo, **arguments: Any) -> Document:
    arguments.pop("sortKey", None)
    shop: Shop = info.context.shop
    return page([shop.variants[ref] for ref in product["_variants"]], **arguments)


def _product_of(variant: Document, info: GraphQLResolveInfo) -> Document:
    product: Document = info.context.shop.products[variant["_product"]]
    return product


def _sort(name: str) -> Any:
    field = {"UPDATED_AT": "updatedAt", "CREATED_AT": "createdAt", "TITLE": "title", "SKU": "sku"}
    chosen = field.get(name)
    if chosen is None:
        return lambda document: [document["legacyResourceId"]]
    return lambda document: [document[chosen] or "", document["legacyResourceId"]]


def _list(kind: str) -> Resolver:
    def resolve(
        _source: None,
        info: GraphQLResolveInfo,
        sortKey: str = "ID",  # noqa: N803 - the argument's name in the schema
        query: str | None = None,
        **arguments: Any,
    ) -> Document:
        call: Call = info.context
        every = call.shop.store.all(kind).values()
        return page(found(every, query, call.drawn.search_lag_s), _sort(sortKey), **arguments)

    return resolve


def product_by(shop: Shop, gid: str) -> Document | None:
    """Null when deleted."""
    return shop.products.get(legacy_id(gid, "Product"))


def variant_by(shop: Shop, gid: str) -> Document | None:
    """Null when deleted."""
    return shop.variants.get(legacy_id(gid, "ProductVariant"))


def item_by(shop: Shop, gid: str) -> Document | None:
    """The stock side of a variant."""
    number = legacy_id(gid, "InventoryItem")
    owner = next((v for v in shop.variants.values() if v["_item"] == number), None)
    return _item(owner) if owner else None


FIELDS: dict[str, Resolver] = {
    "QueryRoot.product": lambda _, info, id: product_by(info.context.shop, id),  # noqa: A006
    "QueryRoot.productVariant": lambda _, info, id: variant_by(info.context.shop, id),  # noqa: A006
    "QueryRoot.inventoryItem": lambda _, info, id: item_by(info.context.shop, id),  # noqa: A006
    "QueryRoot.products": _list("product"),
    "QueryRoot.productVariants": _list("variant"),
    "QueryRoot.location": lambda _, info, **_id: location(info.context.shop),
    "Product.variants": _variants_of,
    "Product.featuredMedia": _image,
    "Product.featuredImage": _picture,
    "Product.media": lambda product, _, **arguments: page([_image(product)], **arguments),
    "Product.hasOnlyDefaultVariant": lambda product, _: len(product["_variants"]) == 1,
    "Product.tracksInventory": lambda product, info: any(
        info.context.shop.variants[ref]["_tracked"] for ref in product["_variants"]
    ),
    "Product.totalInventory": lambda product, info: sum(
        info.context.shop.variants[ref]["inventoryQuantity"] for ref in product["_variants"]
    ),
    "ProductVariant.product": _product_of,
    "ProductVariant.inventoryItem": lambda variant, _: _item(variant),
    "ProductVariant.sellableOnlineQuantity": lambda variant, _: variant["inventoryQuantity"],
    "ProductVariant.availableForSale": _for_sale,
    "ProductVariant.image": lambda variant, info: _picture(_product_of(variant, info)),
    "ProductVariant.media": lambda variant, info, **arguments: page(
        [_image(_product_of(variant, info))], **arguments
    ),
    "InventoryItem.variant": lambda item, _: item["_variant"],
    "InventoryItem.unitCost": _unit_cost,
    "InventoryItem.inventoryLevels": _levels,
    "InventoryLevel.quantities": _quantities,
    "LineItem.variant": lambda line, info: info.context.shop.variants.get(line["_variant"]),
    "LineItem.product": lambda line, info: info.context.shop.products.get(line["_product"]),
    "DraftOrderLineItem.variant": lambda line, info: info.context.shop.variants.get(
        line["_variant"]
    ),
    "DraftOrderLineItem.product": lambda line, info: info.context.shop.products.get(
        line["_product"]
    ),
    "DraftOrder.lineItems": connection("lineItems"),
    "Order.lineItems": connection("lineItems"),
}
