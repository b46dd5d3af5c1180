"""One Shopify shop: its documents by noun, its ids, its ledger and its webhooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulator.clock import now_s, second
from simulator.database import Document
from simulator.faults import Drawn
from simulator.ledger import Kind
from simulator.shopify.deliveries import notices
from simulator.stores import Store
from simulator.world import World

Resolver = Callable[..., Any]
UserErrors = list[Document]


class Shop:
    """A store seen as Shopify sees it. Documents carry the names of the GraphQL fields."""

    def __init__(self, store: Store, world: World) -> None:
        self.store, self.world = store, world
        self.currency: str = store.profile["currency"]
        self.domain: str = store.profile["shop"]
        self.orders = store.all("order")
        self.drafts = store.all("draft")
        self.products = store.all("product")
        self.variants = store.all("variant")
        self.subscriptions = store.all("subscription")
        # What a merchant still has to ship or a carrier to deliver, oldest first.
        self.unfinished = {ref: True for ref, order in self.orders.items() if not finished(order)}

    @property
    def scopes(self) -> list[str]:
        """What the app may do now."""
        scopes: list[str] = self.store.profile["scopes"]
        return scopes

    def named(self, typename: str) -> Document:
        """The head of a new document: `__typename`, `id`, `legacyResourceId`."""
        number = str(self.store.new_id())
        return {
            "__typename": typename,
            "id": f"gid://shopify/{typename}/{number}",
            "legacyResourceId": number,
        }

    def save(self, kind: str, document: Document) -> None:
        """Writes through at the next commit."""
        self.store.save(kind, document["legacyResourceId"], document)

    def touch(self, kind: str, document: Document) -> None:
        """Saves a searchable document with a new `updatedAt`, and what it was for a late index."""
        at = now_s()
        document["updatedAt"] = second(at)
        trail = document.setdefault("_trail", [])
        status = document.get("status") or document.get("displayFulfillmentStatus")
        trail.append([at, document["tags"], status, document["updatedAt"]])
        del trail[:-50]
        if kind == "order":
            self._follow(document)
        self.save(kind, document)

    def _follow(self, order: Document) -> None:
        if finished(order):
            self.unfinished.pop(order["legacyResourceId"], None)
        else:
            self.unfinished.setdefault(order["legacyResourceId"], True)

    def record(self, kind: Kind, document: Document, detail: Document) -> None:
        """One ledger entry about an order or a draft."""
        self.world.ledger.record(
            self.store.id, kind, document["legacyResourceId"], document.get("_mark"), detail
        )

    def announce(
        self, topic: str, body: Callable[[], Document], about: str, mark: str | None = None
    ) -> None:
        """Sends a webhook to whoever subscribed; the body is built only then."""
        listeners = [sub for sub in self.subscriptions.values() if sub["topic"] == topic]
        if listeners:
            for notice in notices(self.store.profile, listeners, body(), about, mark):
                self.world.courier.send(notice)


@dataclass(slots=True)
class Call:
    """The context of one GraphQL request."""

    shop: Shop
    version: str
    drawn: Drawn
    user_errors: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    about: str | None = None
    mark: str | None = None

    def concerns(self, document: Document) -> None:
        """Names the object in the ledger's `call` entry."""
        self.about, self.mark = document["legacyResourceId"], document.get("_mark")

    def refused(self, *errors: tuple[list[str] | None, str]) -> UserErrors:
        """User errors as Shopify prints them, noted for the ledger."""
        self.user_errors += [message for _, message in errors]
        return [{"field": path, "message": message} for path, message in errors]


def finished(order: Document) -> bool:
    """Cancelled, or everything delivered."""
    if order["cancelledAt"]:
        return True
    under_way = [f for f in order["fulfillments"] if f["displayStatus"] != "DELIVERED"]
    shipped = not any(line["unfulfilledQuantity"] for line in order["lineItems"])
    return shipped and not any(f["status"] == "SUCCESS" for f in under_way)


def legacy_id(gid: str, typename: str) -> str:
    """The number in a gid of that type, else ""; Shopify answers null to a gid of another."""
    head = f"gid://shopify/{typename}/"
    return gid[len(head) :].split("?")[0] if gid.startswith(head) else ""
