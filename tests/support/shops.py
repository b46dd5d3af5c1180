"""Simulated shops as store-sync's tests use them."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

DRAFT = """mutation DraftCreate($input: DraftOrderInput!) { draftOrderCreate(input: $input) {
  draftOrder { id } userErrors { message } } }"""
READY = "query Ready($id: ID!) { draftOrder(id: $id) { ready } }"
COMPLETE = """mutation Complete($id: ID!) { draftOrderComplete(id: $id) {
  draftOrder { order { id name legacyResourceId } } userErrors { message } } }"""


@dataclass
class Gift:
    """One order in the shop, and who it is for us."""

    order_id: str
    ref: str
    created: dict[str, Any]


@dataclass
class Connected:
    """A simulated shop that store-sync is connected to."""

    shop: dict[str, Any]
    brand_id: str
    store: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.store["store_id"])

    @property
    def name(self) -> str:
        return str(self.shop["store"])

    @property
    def variants(self) -> list[str]:
        return [v["variant_ref"] for p in self.shop["products"] for v in p["variants"]]

    def asked(self, **fields: Any) -> dict[str, Any]:
        """The body of POST /stores."""
        return {
            "brand_id": self.brand_id,
            "platform": "shopify",
            "name": "Shop",
            "base_url": self.shop["base_url"],
            "credentials": self.shop["credentials"],
            **fields,
        }


def signature(secret: str, raw: bytes) -> str:
    """As Shopify signs."""
    return base64.b64encode(hmac.digest(secret.encode(), raw, hashlib.sha256)).decode()
