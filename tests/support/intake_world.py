"""A small world of brands, campaigns, stores and products for the tests of intake."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from giftstream import signatures
from giftstream.delivery import Change, Record
from giftstream.identity import item_identity
from giftstream.mongo import Document
from giftstream.sealing import Sealing
from order_placement.intake.budgets import new_budget
from order_placement.intake.facts import IntakeFacts
from order_placement.intake.publishers import PublisherKey
from order_placement.intake.reading import Item
from order_placement.intake.submission import decode
from order_placement.receive_selection import ReceiveSelection

TOPIC = "selection.submitted"
BRAND, CAMPAIGN, STORE, OTHER_STORE = "acme", "spring", "store-es", "store-us"
KEY, SECRET = "key-1", "a publisher's secret"

ANA: Document = {
    "name": "Ana García",
    "email": "ana@example.com",
    "phone": "+34612345678",
    "locale": "es",
    "address": {"line1": "Calle Mayor 1", "city": "Madrid", "postcode": "28013", "country": "ES"},
}


def sealing() -> Sealing:
    """A key of this process alone."""
    return Sealing({"test": b"k" * 32})


def key_file_line() -> str:
    """The same key as a line of a sealing key file."""
    return "test:" + base64.b64encode(b"k" * 32).decode()


def brand(**changed: Any) -> Document:
    """A brand that takes unsigned selections without review."""
    return {
        "_id": BRAND,
        "name": "Acme",
        "unsigned_selections": "accept",
        "publishers": [{"key_id": KEY, "name": "platform"}],
        "api_keys": [],
        "revision": 1,
        **changed,
    }


def campaign(**changed: Any) -> Document:
    """A published campaign that approves by itself and limits nothing."""
    allowance = {"items": "unlimited", "value": "unlimited", "orders_per_creator": "unlimited"}
    return {
        "_id": CAMPAIGN,
        "brand_id": BRAND,
        "name": "Spring",
        "type": "product_gifting",
        "status": "published",
        "auto_approve": True,
        "allowance": allowance | changed.pop("allowance", {}),
        "countries": [],
        "stores": [STORE, OTHER_STORE],
        "budget": "unlimited",
        "revision": 1,
        **changed,
    }


def store(store_id: str = STORE, **changed: Any) -> Document:
    """A connected Shopify store that sends everywhere."""
    return {
        "_id": store_id,
        "brand_id": BRAND,
        "platform": "shopify",
        "name": store_id,
        "status": "connected",
        "reasons": [],
        "countries": [],
        "currency": "EUR",
        "shipping": {"default": "Standard", "by_country": {}},
        "requires_phone": False,
        "label": "gift",
        "revision": 1,
        **changed,
    }


def item(variant_ref: str, store_id: str = STORE, **changed: Any) -> Document:
    """A product of the campaign's catalog; its SKU is `SKU-<variant>`."""
    return {
        "_id": item_identity(store_id, variant_ref),
        "brand_id": BRAND,
        "store_id": store_id,
        "product_ref": f"p{variant_ref}",
        "variant_ref": variant_ref,
        "sku": f"SKU-{variant_ref}",
        "title": f"Product {variant_ref}",
        "variant_title": None,
        "image_url": None,
        "retail_price": {"amount": 2490, "currency": "EUR"},
        "unit_cost": {"amount": 900, "currency": "EUR"},
        "requires_shipping": True,
        "status": "active",
        "campaigns": [CAMPAIGN],
        "revision": 1,
        **changed,
    }


def body(selection_id: str = "sel-1", **changed: Any) -> Document:
    """The body of a selection of one product by its SKU."""
    return {
        "selection_id": selection_id,
        "brand_id": BRAND,
        "campaign_id": CAMPAIGN,
        "creator_id": "cr-77",
        "recipient": ANA,
        "lines": [{"sku": "SKU-1", "quantity": 1}],
        **changed,
    }


def recipient(**changed: Any) -> Document:
    """Ana, with some of it changed; `address` is merged."""
    address = {**ANA["address"], **(changed.pop("address", None) or {})}
    return {**ANA, "address": address, **changed}


@dataclass
class Records:
    """Numbers records as a partition would."""

    offset: int = 0

    def raw(
        self,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]] = (),
        key: bytes | None = b"acme/sel-1",
    ) -> Record:
        """The next record, of exactly these bytes."""
        self.offset += 1
        return Record(TOPIC, 0, self.offset, key, value, tuple(headers))

    def of(self, said: Mapping[str, Any], headers: Sequence[tuple[str, bytes]] = ()) -> Record:
        """The next record, as bare JSON."""
        return self.raw(json.dumps(said).encode(), headers)

    def signed(self, said: Mapping[str, Any], secret: str = SECRET, key_id: str = KEY) -> Record:
        """The next record, signed."""
        value = json.dumps(said).encode()
        header = signatures.sign(secret, value, key_id).encode()
        return self.raw(value, [(signatures.HEADER, header)])


class NoReading:
    """Facts are given, not read, in tests of plans."""

    async def for_submissions(self, items: Sequence[Item]) -> IntakeFacts:
        raise NotImplementedError


@dataclass
class Intake:
    """Plans over given facts, folded as the engine would fold them."""

    facts: IntakeFacts = field(default_factory=IntakeFacts)
    records: Records = field(default_factory=Records)
    wait_s: float = 60.0

    @classmethod
    def of(cls, **documents: Any) -> "Intake":
        """The usual world, with these documents in place of its own."""
        intake = cls()
        facts = intake.facts
        facts.add("brands", documents.get("brands", [brand()]))
        facts.add("campaigns", documents.get("campaigns", [campaign()]))
        facts.add("budgets", documents.get("budgets", [new_budget(CAMPAIGN, BRAND)]))
        facts.add("stores", documents.get("stores", [store(), store(OTHER_STORE)]))
        facts.add_by_sku(documents.get("items", [item("1"), item("2")]))
        facts.keys = {KEY: PublisherKey(BRAND, SECRET)}
        return intake

    def plan(self, record: Record) -> Change:
        """One record's change, its effect visible to the next."""
        receive = ReceiveSelection(NoReading(), sealing(), self.wait_s)  # type: ignore[arg-type]  # reads nothing
        change = receive.plan(decode(record), self.facts)
        for put in change.puts:
            self.facts.fold(put)
        return change

    def submit(self, **changed: Any) -> list[Document]:
        """The orders of a bare selection."""
        return orders(self.plan(self.records.of(body(**changed))))

    def order(self, **changed: Any) -> Document:
        """The one order of a bare selection."""
        (only,) = self.submit(**changed)
        return only


def orders(change: Change) -> list[Document]:
    """The orders that a change puts."""
    return [put.document for put in change.puts if put.collection == "orders"]


def refusals(change: Change) -> list[Document]:
    """The refusals that a change puts."""
    return [put.document for put in change.puts if put.collection == "refusals"]


def codes(document: Document) -> list[str]:
    """The codes of an order's or refusal's reasons."""
    return [one["code"] for one in document["reasons"]]
