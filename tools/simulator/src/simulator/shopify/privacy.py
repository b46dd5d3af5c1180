"""The three webhooks about people that every app has to answer: set up for the app, not by API."""

from __future__ import annotations

from typing import Literal

from simulator.database import Document
from simulator.shopify.deliveries import notices
from simulator.shopify.shop import Shop

Topic = Literal["customers/data_request", "customers/redact", "shop/redact"]
VERSION = "2026-07"
# Nobody can unsubscribe from these, so no failure ends them either.
NOBODYS = ""


def ask(shop: Shop, topic: Topic, uri: str, customer: Document, orders: list[int]) -> Document:
    """Sends one to the app's own address; answers with its body."""
    body = _body(shop, topic, customer, orders)
    listener = {"uri": uri, "includeFields": [], "_version": VERSION, "legacyResourceId": NOBODYS}
    for notice in notices(shop.store.profile, [listener], body, shop.store.id, None, topic):
        shop.world.courier.send(notice)
    return body


def _body(shop: Shop, topic: Topic, customer: Document, orders: list[int]) -> Document:
    body: Document = {
        "shop_id": int(shop.store.profile["number"]),
        "shop_domain": shop.domain,
    }
    if topic == "customers/data_request":
        number = shop.store.new_id()
        body |= {
            "orders_requested": orders,
            "customer": customer,
            "data_request": {"id": number},
        }
    elif topic == "customers/redact":
        body |= {"customer": customer, "orders_to_redact": orders}
    return body
