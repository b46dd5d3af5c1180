"""Mailing addresses, read from inputs and printed for REST."""

from __future__ import annotations

from typing import Any

from simulator.database import Document
from simulator.shopify.shop import Shop

PARTS = ("firstName", "lastName", "company", "address1", "address2", "city", "zip", "phone")


def address_of(shop: Shop, given: dict[str, Any] | None) -> Document | None:
    """A MailingAddress document."""
    if given is None:
        return None
    country = given.get("countryCode") or given.get("country")
    number = shop.store.new_id()
    names = [given.get("firstName"), given.get("lastName")]
    return {
        "__typename": "MailingAddress",
        "id": f"gid://shopify/MailingAddress/{number}?model_name=Address",
        **{part: given.get(part) for part in PARTS},
        "name": " ".join(name for name in names if name) or None,
        "province": given.get("province") or given.get("provinceCode"),
        "provinceCode": given.get("provinceCode"),
        "country": country,
        "countryCode": country,
        "countryCodeV2": country,
    }


def rest_address(address: Document | None) -> Document | None:
    """The same as webhooks print it."""
    if address is None:
        return None
    return {
        "first_name": address["firstName"],
        "last_name": address["lastName"],
        "name": address["name"],
        "company": address["company"],
        "address1": address["address1"],
        "address2": address["address2"],
        "city": address["city"],
        "zip": address["zip"],
        "phone": address["phone"],
        "province": address["province"],
        "province_code": address["provinceCode"],
        "country": address["country"],
        "country_code": address["countryCode"],
        "latitude": None,
        "longitude": None,
    }
