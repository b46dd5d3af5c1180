"""Between a gift order and a draft order."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pycountry
from giftstream.events import Address, Recipient, StoreOrder
from giftstream_platforms.amounts import money
from giftstream_platforms.http import no_answer
from giftstream_platforms.shopify import admin_url, gid, plain

from order_placement.store import MARK_HEAD, HandleState, Wanted, WantedLine

OURS = "giftstream"
"""On every draft and order of ours, so that people can exclude them and the sweep finds them."""

CONTENT = "gift_content"
"""The custom attribute that says which revision of the gift order a draft was made of."""


def draft_input(wanted: Wanted) -> dict[str, Any]:
    """DraftOrderInput: retail prices stay, a discount on the whole takes them away."""
    wished: dict[str, Any] = {
        **_content(wanted),
        "email": wanted.recipient.email,
        "note": wanted.note,
        "tags": [wanted.mark, OURS],
        "customAttributes": [{"key": CONTENT, "value": str(wanted.content)}],
        "taxExempt": True,
        "visibleToCustomer": False,
        "useCustomerDefaultAddress": False,
    }
    if wanted.shipping_method:
        # The discount does not cover shipping: its own price has to be nothing.
        nothing = {"amount": "0.00", "currencyCode": wanted.currency}
        wished["shippingLine"] = {"title": wanted.shipping_method, "priceWithCurrency": nothing}
    return wished


def rates_input(wanted: Wanted) -> dict[str, Any]:
    """DraftOrderAvailableDeliveryOptionsInput for the same order."""
    return _content(wanted)


def _content(wanted: Wanted) -> dict[str, Any]:
    content: dict[str, Any] = {
        "lineItems": [
            {"variantId": gid("ProductVariant", line.variant_ref), "quantity": line.quantity}
            for line in wanted.lines
        ],
        "appliedDiscount": {
            "valueType": "PERCENTAGE",
            "value": 100.0,
            "title": wanted.label,
            "description": wanted.label,
        },
        "acceptAutomaticDiscounts": False,
    }
    if wanted.recipient.address is not None and wanted.recipient.address.country:
        content["shippingAddress"] = _address(wanted.recipient, wanted.recipient.address)
    return content


def _address(recipient: Recipient, address: Address) -> dict[str, Any]:
    first, _, last = (recipient.name or "").strip().partition(" ")
    given = {
        # Shopify asks for a last name rather than a first one.
        "firstName": first if last else None,
        "lastName": last or first,
        "company": address.company,
        "address1": address.line1,
        "address2": address.line2,
        "city": address.city,
        "zip": address.postcode,
        "countryCode": address.country,
        "phone": recipient.phone,
        **_province(address),
    }
    return {name: value for name, value in given.items() if value}


def _province(address: Address) -> dict[str, str]:
    """The code of the region where it is one of the country's; else its name as it was given."""
    region, country = (address.region or "").strip(), address.country or ""
    if not region:
        return {}
    code = _codes(country).get(region.casefold())
    return {"provinceCode": code} if code else {"province": region}


@lru_cache
def _codes(country: str) -> Mapping[str, str]:
    """The codes of a country's regions by their names, and by themselves."""
    found = pycountry.subdivisions.get(country_code=country) or ()  # type: ignore[no-untyped-call]  # pycountry's classes are made at run time
    codes = {one.code.partition("-")[2]: one.name for one in found}
    by_name = {name.casefold(): code for code, name in codes.items()}
    return by_name | {code.casefold(): code for code in codes}


@contextmanager
def understood(*, mutates: bool) -> Iterator[None]:
    """An answer that is not of the shape that was asked for tells nothing of what was done."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise no_answer("the answer cannot be understood", mutates=mutates) from error


def state_of(draft: Mapping[str, Any], shop: str) -> HandleState:
    """A draft as Shopify answered it, with the order that it has become in the shop `shop`."""
    price = draft["totalPriceSet"]["shopMoney"]
    shipping = draft["shippingLine"]
    marks = [tag for tag in draft["tags"] if tag.startswith(MARK_HEAD)]
    return HandleState(
        handle=plain(draft["id"]),
        status="committed" if draft["status"] == "COMPLETED" else "open",
        ready=draft["ready"],
        total=money(price["amount"], price["currencyCode"]).amount,
        lines=tuple(_line(one) for one in draft["lineItems"]["nodes"]),
        shipping_method=shipping["title"] if shipping else None,
        mark=marks[0] if len(marks) == 1 else None,
        content=_revision(draft["customAttributes"]),
        warnings=tuple(one["message"] for one in draft["warnings"]),
        store_order=_order(draft["order"], shop) if draft["order"] else None,
    )


def _revision(attributes: Iterable[Mapping[str, Any]]) -> int | None:
    """Drafts from before this was written have none; what a person changed is not understood."""
    found = [one["value"] or "" for one in attributes if one["key"] == CONTENT] or ["0"]
    return int(found[0]) if len(found) == 1 and found[0].isdecimal() else None


def _order(order: Mapping[str, Any], shop: str) -> StoreOrder:
    ref = str(order["legacyResourceId"])
    return StoreOrder(
        platform="shopify", id=ref, number=order["name"], admin_url=admin_url(shop, ref)
    )


def _line(line: Mapping[str, Any]) -> WantedLine:
    variant = line["variant"]
    return WantedLine(plain(variant["id"]) if variant else "", line["quantity"])
