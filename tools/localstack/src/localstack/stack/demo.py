"""The demo brand with its store and campaign, set up over HTTP as a person would."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from localstack.places import write_atomically
from localstack.stack.parts import Addresses
from localstack.stack.steps import Steps

SCOPES = [
    f"{what}:{how}"
    for what in ("orders", "campaigns", "stores", "messages")
    for how in ("read", "write")
]
STOCK = 10_000_000
UNLIMITED = {"items": "unlimited", "value": "unlimited", "orders_per_creator": "unlimited"}
AUTOPILOT = {"fulfill_after_s": 1, "deliver_after_s": 2}


@dataclass(frozen=True)
class Demo:
    """What run.json tells of it, and the products of its store."""

    brand_id: str
    api_key: str
    publisher: dict[str, str]
    campaign_id: str
    store_id: str
    products: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """The member `demo` of run.json."""
        return {
            "brand_id": self.brand_id,
            "api_key": self.api_key,
            "publisher_key": self.publisher,
            "campaign_id": self.campaign_id,
            "store_id": self.store_id,
        }


class DemoSetUp:
    """Each step is done once; an interrupted set-up goes on where it ended."""

    def __init__(self, at: Addresses, admin_key: str, data: Path) -> None:
        self._at = at
        self._file = data / "demo.json"
        self._admin_key = admin_key
        self._kept: dict[str, Any] = {}

    async def run(self) -> Demo:
        """The demo, ready to take selections; StackError says which step failed, and how."""
        self._kept = json.loads(self._file.read_text()) if self._file.exists() else {}
        self._kept.setdefault("installation", uuid.uuid4().hex)
        authorization = {"Authorization": f"Bearer {self._admin_key}"}
        async with httpx.AsyncClient(headers=authorization, timeout=20, trust_env=False) as http:
            steps = Steps(http, self._kept, self._keep)
            await steps.now(f"{self._at.simulator}/_autopilot", AUTOPILOT)
            await self._forget_what_is_gone(steps)
            return await self._steps(steps)

    async def _steps(self, steps: Steps) -> Demo:
        campaign, store_sync = self._at.services["campaign"], self._at.services["store-sync"]
        brand = await steps.once("brand", f"{campaign}/brands", _brand())
        brand_id = brand["brand_id"]
        of_brand = f"{campaign}/brands/{brand_id}"
        key = await steps.once("key", f"{of_brand}/keys", {"name": "demo", "scopes": SCOPES})
        shop = await steps.once("shop", f"{self._at.simulator}/_stores", _shop())
        store = await steps.once("store", f"{store_sync}/stores", _store(brand_id, shop))
        store_id = store["store_id"]
        body = _campaign(brand_id, store_id)
        campaign_id = (await steps.once("campaign", f"{campaign}/campaigns", body))["campaign_id"]
        of_campaign = f"{campaign}/campaigns/{campaign_id}"
        everything = {"store_id": store_id, "product_refs": "all"}
        job = await steps.once("import", f"{of_campaign}/catalog/imports", everything)
        await steps.finished("imported", f"{campaign}/imports/{job['import_id']}")
        await steps.once("publish", f"{of_campaign}/publish", {})
        publisher = await steps.once("publisher", f"{of_brand}/publishers", {"name": "demo"})
        return Demo(
            brand_id=brand_id,
            api_key=key["key"],
            publisher={"key_id": publisher["key_id"], "secret": publisher["secret"]},
            campaign_id=campaign_id,
            store_id=store_id,
            products=shop["products"],
        )

    async def _forget_what_is_gone(self, steps: Steps) -> None:
        """Named servers may have been emptied since: then everything is set up anew."""
        brand = self._kept.get("brand")
        url = f"{self._at.services['campaign']}/brands"
        if brand and not await steps.exists(f"{url}/{brand['brand_id']}"):
            self._kept.clear()
            self._kept["installation"] = uuid.uuid4().hex

    def _keep(self) -> None:
        write_atomically(self._file, json.dumps(self._kept, indent=1))


def _brand() -> dict[str, Any]:
    contacts = ["gifting@demo-brand.example"]
    return {"name": "Demo Brand", "contacts": contacts, "unsigned_selections": "review"}


def _shop() -> dict[str, Any]:
    return {"platform": "shopify", "name": "Demo Store", "stock": STOCK}


def _store(brand_id: str, shop: dict[str, Any]) -> dict[str, Any]:
    return {
        "brand_id": brand_id,
        "platform": "shopify",
        "name": "Demo Store",
        "base_url": shop["base_url"],
        "credentials": shop["credentials"],
        "countries": [],
        "shipping": {"default": None, "by_country": {}},
        "requires_phone": False,
        "label": "Gifting Demo Brand",
    }


def _campaign(brand_id: str, store_id: str) -> dict[str, Any]:
    return {
        "brand_id": brand_id,
        "name": "Demo Campaign",
        "type": "product_gifting",
        "auto_approve": True,
        "allowance": UNLIMITED,
        "countries": [],
        "stores": [store_id],
    }
