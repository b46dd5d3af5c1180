"""Hosts, signatures, ids and amounts."""

import base64
import hashlib
import hmac

import pytest
from giftstream.events import Money
from giftstream_platforms.amounts import decimal_text, money
from giftstream_platforms.shopify import NotAShop, gid, plain, shop_host, webhook_signature_holds


@pytest.mark.parametrize(
    "text",
    [
        "x.myshopify.com.evil.io",
        "x.myshopify.com@evil.io",
        "x.myshopify.com\n",
        "x。myshopify.com",
        "-x.myshopify.com",
        "http://x.myshopify.com",
        "x.myshopify.com:8080",
        "",
        "myshopify.com",
        " x.myshopify.com",
    ],
)
def test_only_a_shops_own_domain_is_a_shop(text: str) -> None:
    with pytest.raises(NotAShop):
        shop_host(text)


def test_a_shop_is_known_in_lower_case() -> None:
    assert shop_host("My-Shop.MyShopify.com") == "my-shop.myshopify.com"


def test_a_signature_holds_for_exactly_its_bytes() -> None:
    header = base64.b64encode(hmac.new(b"s", b"body", hashlib.sha256).digest())
    assert webhook_signature_holds("s", b"body", header)
    for raw, bad in (
        (b"body ", header),
        (b"body", header.lower()),
        (b"body", header + b"\n"),
        (b"body", None),
        (b"body", b""),
        (b"body", "é".encode("latin-1")),
        (b"body", hmac.new(b"s", b"body", hashlib.sha256).hexdigest().encode()),
    ):
        assert not webhook_signature_holds("s", raw, bad)
    assert not webhook_signature_holds("other", b"body", header)


def test_ids_are_digits_with_us_and_global_on_the_wire() -> None:
    assert plain(gid("Order", "12345678901234567890")) == "12345678901234567890"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("24.90", "EUR", 2490), ("1000", "JPY", 1000), ("1.234", "KWD", 1234), ("0.0", "USD", 0)],
)
def test_amounts_are_minor_units_of_their_currency(text: str, currency: str, minor: int) -> None:
    assert money(text, currency) == Money(amount=minor, currency=currency)
    assert money(decimal_text(money(text, currency)), currency).amount == minor
