"""Shopify as the simulator's core sees it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from starlette.types import Receive, Scope, Send

from simulator.clock import now_s, second
from simulator.database import Document
from simulator.shopify import merchant, privacy
from simulator.shopify.answers import no_such_store
from simulator.shopify.catalog import DEFAULT_STOCK, listed, stock_up
from simulator.shopify.drafts import discard
from simulator.shopify.endings import summary
from simulator.shopify.endpoint import Endpoint
from simulator.shopify.scopes import DEFAULT
from simulator.shopify.shop import Shop
from simulator.stores import Store
from simulator.world import Refused, World

STANDARD_RATE = 100


class Shopify:
    """All Shopify shops of one simulator."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._shops: dict[str, tuple[Shop, Endpoint]] = {}

    def open_store(self, asked: Document) -> Document:
        """A shop with goods, an access token and a webhook secret."""
        profile = {
            "currency": asked.get("currency") or "EUR",
            "rate": asked.get("rate") or STANDARD_RATE,
            "ships_to": asked.get("ships_to") or [],
            "scopes": list(DEFAULT),
            "uninstalled": False,
            "access_token": f"shpat_{secrets.token_hex(16)}",
            "webhook_secret": f"shpss_{secrets.token_hex(16)}",
            "number": str(self._world.database.new_id()),
            "location": str(self._world.database.new_id()),
        }
        store = self._world.stores.open("shopify", asked["name"], profile)
        store.profile["shop"] = f"{store.id}.myshopify.com"
        stock = DEFAULT_STOCK if asked["stock"] is None else asked["stock"]
        shop, _ = self._shop(store)
        stock_up(shop, asked["products"], asked["variants"], stock)
        return self.describe(store)

    def describe(self, store: Store) -> Document:
        """What a connector needs to reach the shop, and what it sells."""
        profile = store.profile
        return {
            "store": store.id,
            "platform": "shopify",
            "name": profile["name"],
            "base_url": f"{self._world.settings.url}/shopify/{store.id}",
            "shop": profile["shop"],
            "currency": profile["currency"],
            "credentials": {
                "access_token": profile["access_token"],
                "webhook_secret": profile["webhook_secret"],
            },
            "products": listed(self._shop(store)[0]),
        }

    async def answer(self, store: Store | None, scope: Scope, receive: Receive, send: Send) -> None:
        """One request below /shopify/<store>."""
        if store is None or store.platform != "shopify":
            self._forget_closed()
            await no_such_store(scope["path"]).send(send)
            return
        _, endpoint = self._shop(store)
        await endpoint(scope["path"].removeprefix(f"/shopify/{store.id}"), scope, receive, send)

    def subscription_given_up(self, store: Store, subscription: str) -> bool:
        """Shopify removes a subscription made by API after eight failed repeats in a row."""
        there = store.get("subscription", subscription) is not None
        store.drop("subscription", subscription)
        return there

    def orders(self, store: Store) -> list[Document]:
        """Short facts about every order, oldest first."""
        return [summary(order) for order in self._shop(store)[0].orders.values()]

    def order_action(self, store: Store, ref: str, action: str, body: Document) -> Document:
        """Raises Refused when there is no such order or action, or it is not possible."""
        shop, _ = self._shop(store)
        if action not in merchant.ACTIONS:
            raise Refused(f"the merchant cannot {action} an order", 404)
        order = merchant.find_order(shop, ref)
        merchant.ACTIONS[action](shop, order, body)
        return summary(order)

    def discard_draft(self, store: Store, ref: str) -> Document:
        """The merchant deletes an open draft by hand."""
        shop, _ = self._shop(store)
        draft = shop.drafts.get(ref)
        if draft is None or draft["status"] == "COMPLETED":
            raise Refused(f"no open draft {ref} in {store.id}", 404)
        discard(shop, draft, "merchant")
        return {"draft": ref, "deleted": True}

    def change_variant(self, store: Store, ref: str, body: Document) -> Document:
        """Raises Refused for an unknown variant or field."""
        return merchant.change_variant(self._shop(store)[0], ref, body)

    def change_access(self, store: Store, action: str, scopes: list[str]) -> Document:
        """Uninstalling makes the token invalid and drops the subscriptions."""
        shop, _ = self._shop(store)
        previous = list(shop.scopes)
        if action == "uninstall":
            shop.announce("APP_UNINSTALLED", lambda: _shop_body(shop), store.id)
            for ref in list(shop.subscriptions):
                store.drop("subscription", ref)
            store.profile["uninstalled"] = True
        elif action == "revoke":
            store.profile["scopes"] = [scope for scope in previous if scope not in scopes]
        else:
            store.profile |= {"uninstalled": False, "scopes": list(DEFAULT)}
        if shop.scopes != previous:
            body = _scopes_body(shop, previous)
            shop.announce("APP_SCOPES_UPDATE", lambda: body, store.id)
        store.save_profile()
        return {"uninstalled": store.profile["uninstalled"], "scopes": shop.scopes}

    def rotate(self, store: Store, access_token: bool, webhook_secret: bool) -> Document:
        """The old token ends at once; the old secret goes on signing for up to an hour."""
        if access_token:
            store.profile["access_token"] = f"shpat_{secrets.token_hex(16)}"
        if webhook_secret:
            store.profile["signs_until"] = now_s() + self._world.settings.old_secret_s
            store.profile["old_webhook_secret"] = store.profile["webhook_secret"]
            store.profile["webhook_secret"] = f"shpss_{secrets.token_hex(16)}"
        store.save_profile()
        return {name: store.profile[name] for name in ("access_token", "webhook_secret")}

    def ask_about_people(self, store: Store, body: Document) -> Document:
        """`{topic, uri, customer, orders}`."""
        shop, _ = self._shop(store)
        return privacy.ask(shop, body["topic"], body["uri"], body["customer"], body["orders"])

    def due(
        self, store: Store, fulfill_before: float, deliver_before: float
    ) -> Iterable[tuple[str, str]]:
        """What the autopilot does now."""
        return merchant.due(self._shop(store)[0], fulfill_before, deliver_before)

    def _shop(self, store: Store) -> tuple[Shop, Endpoint]:
        if store.id not in self._shops:
            shop = Shop(store, self._world)
            self._shops[store.id] = (shop, Endpoint(shop))
        return self._shops[store.id]

    def _forget_closed(self) -> None:
        for store_id in [key for key in self._shops if self._world.stores.get(key) is None]:
            del self._shops[store_id]


def _shop_body(shop: Shop) -> Document:
    profile = shop.store.profile
    return {
        "id": int(profile["number"]),
        "name": profile["name"],
        "email": f"owner@{shop.domain}",
        "domain": shop.domain,
        "myshopify_domain": shop.domain,
        "currency": shop.currency,
        "updated_at": second(),
    }


def _scopes_body(shop: Shop, previous: list[str]) -> Document:
    return {
        "id": 1,
        "shop_id": f"gid://shopify/Shop/{shop.store.profile['number']}",
        "previous": previous,
        "current": list(shop.scopes),
        "updated_at": second(),
    }
