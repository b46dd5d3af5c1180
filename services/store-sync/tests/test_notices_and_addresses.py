"""Bytes and addresses from strangers: what they mean, and what is never believed."""

import uuid

import pytest
from store_sync.addresses import HostNotAllowed, shopify_address
from store_sync.stores.shopify.notices import Notice, notice
from store_sync.stores.shopify.scopes import REQUIRED, missing_scopes

ROOT = "http://127.0.0.1:8080/sim"
ORDER = uuid.UUID("2eea1879-44d6-40d0-a008-874b47dd28d0")
SHOP = "a.myshopify.com"


@pytest.mark.parametrize(
    ("topic", "raw", "meant"),
    [
        ("orders/delete", b'{"id": 820982911946154508}', Notice("order", "820982911946154508")),
        ("orders/updated", b'{"id": 1, "tags": "a, b"}', Notice("order", "1", None, False)),
        (
            "orders/updated",
            b'{"id": 1, "tags": "a, gift-%s, b"}' % ORDER.hex.encode(),
            Notice("order", "1", str(ORDER), True),
        ),
        ("orders/edited", b'{"order_edit": {"order_id": 5}}', Notice("order", "5")),
        ("fulfillments/create", b'{"id": 2, "order_id": 5}', Notice("order", "5")),
        ("fulfillment_events/create", b'{"order_id": 5}', Notice("order", "5")),
        ("refunds/create", b'{"id": 9, "order_id": 5}', Notice("order", "5")),
        ("returns/approve", b'{"id": 9, "order": {"id": 5}}', Notice("order", "5")),
        ("returns/update", b'{"admin_graphql_api_id": "x"}', Notice("poll")),
        ("products/delete", b'{"id": 7}', Notice("product", "7")),
        (
            "inventory_levels/update",
            b'{"inventory_item_id": 8, "available": 3}',
            Notice("stock", "8"),
        ),
        ("inventory_levels/update", b'{"inventory_item_id": "8; drop"}', Notice("other")),
        ("app/uninstalled", b"{}", Notice("connection")),
        ("shop/redact", b'{"shop_domain": "A.myshopify.com"}', Notice("privacy", shop=SHOP)),
        (
            "customers/redact",
            b'{"shop_domain": "a.myshopify.com", "customer": {}, "orders_to_redact": []}',
            Notice("privacy", shop=SHOP),
        ),
        # A request for data that was captured does not come back as one to erase.
        (
            "customers/redact",
            b'{"shop_domain": "a.myshopify.com", "customer": {}, "data_request": {}}',
            Notice("other"),
        ),
        ("shop/redact", b'{"shop_domain": "a.myshopify.com", "customer": {}}', Notice("other")),
        ("shop/redact", b'{"shop_domain": 7}', Notice("other")),
        ("orders/updated", b'{"id": 1.5}', Notice("poll")),
        ("orders/updated", b'{"id": true}', Notice("poll")),
        ("orders/updated", b'{"id": {"$ne": null}}', Notice("poll")),
        ("products/update", b'{"id": "../7"}', Notice("other")),
        ("products/update", b"[]", Notice("other")),
        ("products/update", b"\xff\xfe", Notice("other")),
        ("carts/update", b'{"id": 7}', Notice("other")),
    ],
)
def test_a_webhook_is_a_hint_where_to_look(topic: str, raw: bytes, meant: Notice) -> None:
    assert notice(topic, raw) == meant


@pytest.mark.parametrize("address", [ROOT, ROOT + "/", ROOT + "/shop-1", ROOT + "/a/b/"])
def test_what_lies_below_the_simulator_is_admitted(address: str) -> None:
    assert shopify_address(None, address, ROOT) == address.rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:8080/sim/shop",
        "http://127.0.0.1:8081/sim/shop",
        "http://127.0.0.1/sim/shop",
        "http://127.0.0.1:8080/simulator/shop",
        "http://127.0.0.1:8080/sim/../shop",
        "http://127.0.0.1:8080/sim/%2e%2e/shop",
        "http://user@127.0.0.1:8080/sim/shop",
        "http://127.0.0.1:8080@evil.example/sim/shop",
        "http://127.0.0.1:8080/sim/shop?x=1",
        "http://127.0.0.1:8080\\@evil.example/sim",
        "http://127。0。0。1:8080/sim/shop",
        "http://127.0.0.1:8080/sim/shop\n",
        "http://2130706433:8080/sim/shop",
        "http://[::ffff:127.0.0.1]:8080/sim/shop",
        "http://127.0.0.1:99999/sim/shop",
        "file:///sim/shop",
        "",
    ],
)
def test_what_only_looks_like_the_simulator_is_not(address: str) -> None:
    with pytest.raises(HostNotAllowed):
        shopify_address(None, address, ROOT)


def test_without_a_simulator_no_base_url_is_admitted() -> None:
    with pytest.raises(HostNotAllowed):
        shopify_address(None, ROOT, None)
    assert shopify_address("my-shop.myshopify.com", None, None) == "https://my-shop.myshopify.com"


def test_writing_implies_reading() -> None:
    assert missing_scopes(REQUIRED) == ()
    granted = {one.replace("read_", "write_", 1) for one in REQUIRED}
    assert missing_scopes(granted) == ()
    assert missing_scopes(set(REQUIRED) - {"write_orders"} | {"read_orders"}) == ("write_orders",)
