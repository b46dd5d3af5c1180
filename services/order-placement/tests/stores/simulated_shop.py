"""One simulated shop: its ledger, its faults, and giftstream's own connector to it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from giftstream.events import Recipient
from giftstream_platforms.access import AccessCache
from giftstream_platforms.budgets import Budget
from giftstream_platforms.http import store_client
from order_placement.store import Wanted, WantedLine
from order_placement.stores.shopify import ShopifyCalls, ShopifyStore
from placing_world import ANA


class SimulatedShop:
    """Over real HTTP; access comes as store-sync would give it out."""

    def __init__(self, control: httpx.AsyncClient, made: dict[str, Any], deadline_s: float) -> None:
        self.control = control
        self.made = made
        self.id = str(made["store"])
        self.variants = [one["variant_ref"] for one in made["products"][0]["variants"]]
        self.token = made["credentials"]["access_token"]
        self.http = store_client()
        cache = AccessCache(self)
        budget = Budget(1.0)
        self.store = ShopifyStore(ShopifyCalls(self.id, cache, self.http, budget, deadline_s))

    async def get(self, _path: str, **_params: str) -> object:
        """As InternalClient for the access route."""
        return {
            "platform": "shopify",
            "base_url": self.made["base_url"],
            "api_version": "2026-07",
            "access_token": self.token,
            "expires_at": None,
        }

    def wanted(self, order_id: str, **changed: Any) -> Wanted:
        asked = {
            "order_id": order_id,
            "lines": (WantedLine(self.variants[0], 1),),
            "recipient": Recipient.model_validate(ANA),
            "shipping_method": "Standard",
            "currency": "EUR",
            "note": "Creator gift",
        }
        return Wanted(**{**asked, **changed})

    async def fault(self, fault: str, operation: str, **more: Any) -> None:
        body = {"store": self.id, "operation": operation, "fault": fault, "times": 1} | more
        answer = await self.control.post("/_faults", json=body)
        assert answer.status_code == 201, answer.text

    async def merchant(self, path: str, **body: Any) -> None:
        answer = await self.control.post(f"/_merchant/{self.id}/{path}", json=body)
        assert answer.is_success, answer.text

    async def variant(self, ref: str, **body: Any) -> None:
        answer = await self.control.patch(f"/_merchant/{self.id}/variants/{ref}", json=body)
        assert answer.is_success, answer.text

    async def ledger(self, *kinds: str) -> list[dict[str, Any]]:
        answer = await self.control.get("/_ledger", params={"store": self.id})
        return [one for one in answer.json()["items"] if one["kind"] in kinds]

    async def live(self, order_id: str) -> list[str]:
        """Committed and not cancelled: the ground truth."""
        entries = await self.ledger("committed", "cancelled")
        mine = [one for one in entries if one["mark"] == order_id]
        cancelled = {one["object"] for one in mine if one["kind"] == "cancelled"}
        committed = [one["object"] for one in mine if one["kind"] == "committed"]
        return [one for one in committed if one not in cancelled]

    async def close(self) -> None:
        await self.http.aclose()


OpenShop = Callable[..., Awaitable[SimulatedShop]]
