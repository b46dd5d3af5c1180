"""What a new shop sells."""

from __future__ import annotations

from simulator.clock import second
from simulator.database import Document
from simulator.shopify.money import money
from simulator.shopify.shop import Shop

NOUNS = (
    "Linen Shirt",
    "Canvas Tote",
    "Ceramic Mug",
    "Wool Scarf",
    "Trail Bottle",
    "Notebook",
    "Silk Mask",
    "Rain Jacket",
    "Leather Belt",
    "Desk Lamp",
)
SIZES = ("S", "M", "L", "XL", "XXL", "XS")
DEFAULT_STOCK = 1_000


def stock_up(shop: Shop, products: int, variants: int, stock: int) -> None:
    """Fills an empty shop. From three products on, the last is digital: it needs no shipping."""
    for number in range(1, products + 1):
        digital = products >= 3 and number == products
        noun = NOUNS[(number - 1) % len(NOUNS)]
        title = "Digital Gift Guide (download)" if digital else f"{noun} {number:03d}"
        product = _product(shop, title)
        for position in range(1, variants + 1):
            _variant(shop, product, number, position, stock, digital)


def _product(shop: Shop, title: str) -> Document:
    handle = "".join(c if c.isalnum() else "-" for c in title.lower()).strip("-")
    product = shop.named("Product") | {
        "title": title,
        "handle": handle,
        "vendor": shop.store.profile["name"],
        "productType": "Gifts",
        "status": "ACTIVE",
        "tags": [],
        "isGiftCard": False,
        "createdAt": second(),
        "publishedAt": second(),
        "_image": f"https://cdn.example.com/{shop.store.id}/{handle}.jpg",
        "_variants": [],
    }
    shop.touch("product", product)
    return product


def _variant(
    shop: Shop, product: Document, number: int, position: int, stock: int, digital: bool
) -> Document:
    size = SIZES[position - 1] if position <= len(SIZES) else f"N{position}"
    price = 1_490 + 300 * ((number * 7) % 23) + 250 * (position - 1)
    variant = shop.named("ProductVariant") | {
        "title": size,
        "displayName": f"{product['title']} - {size}",
        "sku": f"GIFT-{number:03d}-{size}",
        "barcode": None,
        "price": money(price),
        "compareAtPrice": None,
        "position": position,
        "taxable": True,
        "inventoryQuantity": stock,
        "inventoryPolicy": "DENY",
        "selectedOptions": [{"name": "Size", "value": size}],
        "createdAt": second(),
        "tags": [],
        "_product": product["legacyResourceId"],
        "_item": str(shop.store.new_id()),
        "_tracked": True,
        "_ships": not digital,
        "_cost": price * 2 // 5,
        "_committed": 0,
    }
    product["_variants"].append(variant["legacyResourceId"])
    shop.save("product", product)
    shop.touch("variant", variant)
    return variant


def listed(shop: Shop) -> list[Document]:
    """The products as `POST /_stores` answers them."""
    return [
        {
            "product_ref": product["legacyResourceId"],
            "title": product["title"],
            "variants": [
                {
                    "variant_ref": variant["legacyResourceId"],
                    "sku": variant["sku"],
                    "title": variant["title"],
                    "price": variant["price"],
                    "stock": variant["inventoryQuantity"],
                    "requires_shipping": variant["_ships"],
                }
                for variant in (shop.variants[ref] for ref in product["_variants"])
            ],
        }
        for product in shop.products.values()
    ]
