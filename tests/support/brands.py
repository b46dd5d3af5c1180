"""A brand with its store and campaign, set up over HTTP, and what it publishes."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from giftstream import signatures
from localstack.stack.caught_up import caught_up
from support import topics
from support.http import Api
from support.stack import Stack
from support.waiting import until

UNLIMITED = {"items": "unlimited", "value": "unlimited", "orders_per_creator": "unlimited"}
SCOPES = [
    f"{what}:{how}"
    for what in ("orders", "campaigns", "stores", "messages")
    for how in ("read", "write")
]
SETTLED = {
    "pending_review",
    "on_hold",
    "placed",
    "fulfilled",
    "in_transit",
    "delivered",
    "cancelled",
    "rejected",
}


@dataclass
class AnotherStore:
    """A further store of a brand."""

    store_id: str
    shop: dict[str, Any]

    @property
    def store(self) -> str:
        """The simulator's name of it."""
        return str(self.shop["store"])


@dataclass
class Brand:
    """What a test needs of one brand."""

    stack: Stack
    brand_id: str
    api_key: str
    publisher: dict[str, str]
    campaign_id: str
    store_id: str
    shop: dict[str, Any]
    sent: list[dict[str, Any]] = field(default_factory=list)
    others: list[AnotherStore] = field(default_factory=list)

    @property
    def store(self) -> str:
        """The simulator's name of its store."""
        return str(self.shop["store"])

    @property
    def stores(self) -> dict[str, str]:
        """The simulator's name of each of its stores, by our id."""
        return {self.store_id: self.store} | {one.store_id: one.store for one in self.others}

    def sku(self, product: int = 0, variant: int = 0) -> str:
        return str(self.shop["products"][product]["variants"][variant]["sku"])

    def variant(self, product: int = 0, variant: int = 0) -> str:
        return str(self.shop["products"][product]["variants"][variant]["variant_ref"])

    def selection(self, **changes: Any) -> dict[str, Any]:
        """A good selection; `recipient` and `address` changes are merged in."""
        address = {
            "company": None,
            "line1": "Calle Mayor 1",
            "line2": None,
            "city": "Madrid",
            "region": "Madrid",
            "postcode": "28013",
            "country": "ES",
        } | changes.pop("address", {})
        recipient = {
            "name": "Ana García",
            "email": f"{uuid.uuid4().hex[:10]}@example.com",
            "phone": "+34612345678",
            "locale": "es",
            "address": address,
        }
        more = changes.pop("recipient", {})
        return {
            "selection_id": f"sel-{uuid.uuid4().hex[:12]}",
            "brand_id": self.brand_id,
            "campaign_id": self.campaign_id,
            "creator_id": f"cr-{uuid.uuid4().hex[:8]}",
            "recipient": recipient | more if isinstance(more, dict) else more,
            "lines": [{"sku": self.sku(), "quantity": 1}],
        } | changes

    def signature(self, raw: bytes, secret: str | None = None) -> bytes:
        key_id = self.publisher["key_id"]
        return signatures.sign(secret or self.publisher["secret"], raw, key_id).encode()

    async def publish(self, *selections: dict[str, Any], signed: bool = True) -> None:
        """Publish on Kafka as a platform would."""
        records = []
        for selection in selections:
            raw = json.dumps(selection).encode()
            headers = [("giftstream-signature", self.signature(raw))] if signed else []
            key = f"{selection['brand_id']}/{selection['selection_id']}".encode()
            records.append(("selection.submitted", key, raw, headers))
        await topics.publish(self.stack.servers.kafka, records)
        self.sent += selections

    async def became(self, selection_id: str) -> dict[str, Any] | None:
        """What became of a selection so far, None while nobody knows of it."""
        path = f"/selections/{self.brand_id}/{selection_id}"
        answer = await self.stack.orders.call("GET", path)
        return answer.json() if answer.status_code == 200 else None

    async def orders_of(self, selection_id: str) -> list[dict[str, Any]]:
        """Its orders."""
        found = await self.stack.orders.get("/orders", selection_id=selection_id)
        return [o for o in found["items"] if o["brand_id"] == self.brand_id]

    async def order_of(
        self, selection_id: str, *statuses: str, within_s: float = 30.0
    ) -> dict[str, Any]:
        """Its only order, once it has one of these statuses, or any settled one."""
        wanted = set(statuses) or SETTLED
        seen: list[dict[str, Any]] = []

        async def reached() -> bool:
            seen[:] = await self.orders_of(selection_id)
            return len(seen) == 1 and seen[0]["status"] in wanted

        try:
            await until(reached, within_s=within_s, what=f"{selection_id} to be {sorted(wanted)}")
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {seen}") from error
        return seen[0]

    async def refusal_of(self, selection_id: str, within_s: float = 30.0) -> list[str]:
        """The reason codes with which it was refused."""
        seen: list[Any] = []

        async def refused() -> bool:
            seen[:] = [await self.became(selection_id)]
            return bool(seen[0]) and bool(seen[0].get("refusals"))

        await until(refused, within_s=within_s, what=f"{selection_id} refused, not {seen}")
        return [r["code"] for one in seen[0]["refusals"] for r in one["reasons"]]

    async def fault(self, operation: str, fault: str, times: int = 1, **more: Any) -> None:
        """Set a fault in the simulator for this brand's store."""
        body = {"store": self.store, "operation": operation, "fault": fault, "times": times}
        await self.stack.simulator.post("/_faults", body | more)

    def api(self, base: str) -> Api:
        """A service's API with the brand's own key."""
        return Api(self.stack.at.services[base], self.api_key)


async def set_up(
    stack: Stack,
    *,
    unsigned: str = "review",
    campaign: dict[str, Any] | None = None,
    store: dict[str, Any] | None = None,
    shop: dict[str, Any] | None = None,
    products: str | list[str] = "all",
) -> Brand:
    """Brand, key, store, campaign, import, publish: in the order a person would do it."""
    name = f"Brand {uuid.uuid4().hex[:6]}"
    body = {
        "name": name,
        "contacts": [f"{uuid.uuid4().hex[:8]}@brand.example"],
        "unsigned_selections": unsigned,
    }
    brand_id = (await stack.campaign.post("/brands", body))["brand_id"]
    key = await stack.campaign.post(f"/brands/{brand_id}/keys", {"name": "test", "scopes": SCOPES})
    shop = await stack.simulator.post(
        "/_stores",
        {"platform": "shopify", "name": name, "products": 4, "variants": 2} | (shop or {}),
    )
    assert shop is not None
    connection = {
        "brand_id": brand_id,
        "platform": "shopify",
        "name": name,
        "base_url": shop["base_url"],
        "credentials": shop["credentials"],
        "countries": [],
        "shipping": {"default": None, "by_country": {}},
        "requires_phone": False,
    } | (store or {})
    store_id = (await stack.stores.post_when_known("/stores", connection))["store_id"]
    wanted = {
        "brand_id": brand_id,
        "name": name,
        "type": "product_gifting",
        "auto_approve": True,
        "allowance": UNLIMITED,
        "countries": [],
        "stores": [store_id],
    } | (campaign or {})
    campaign_id = (await stack.campaign.post_when_known("/campaigns", wanted))["campaign_id"]
    path = f"/campaigns/{campaign_id}"
    job = await stack.campaign.post(
        f"{path}/catalog/imports", {"store_id": store_id, "product_refs": products}
    )

    async def imported() -> bool:
        return (await stack.campaign.get(f"/imports/{job['import_id']}"))["status"] == "done"

    await until(imported, within_s=30.0, what="the catalog imported")
    await stack.campaign.post(f"{path}/publish")
    publisher = await stack.campaign.post(f"/brands/{brand_id}/publishers", {"name": "test"})
    # A selection that is faster than these would be held for a campaign not published yet.
    assert await caught_up(stack.servers.kafka, "order-placement"), "the set-up is not known yet"
    return Brand(stack, brand_id, key["key"], publisher, campaign_id, store_id, shop)
