"""One Shopify shop as placing needs it; a handle is a draft order's plain id."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from giftstream.events import StoreOrder
from giftstream_platforms.failures import StoreBusy, StoreRefused
from giftstream_platforms.shopify import (
    NotAShop,
    Operation,
    gid,
    plain,
    raise_user_errors,
    shop_host,
)

from order_placement.store import HandleState, MarkedHandle, Stock, Wanted, order_of
from order_placement.stores.shopify import operations as ask
from order_placement.stores.shopify.calls import ShopifyCalls
from order_placement.stores.shopify.drafts import (
    OURS,
    draft_input,
    rates_input,
    state_of,
    understood,
)

PAGE = 50
MOST_PAGES = 10
CANCEL_TAKES_S = 2.0
UNSELLABLE = frozenset({"ARCHIVED", "DRAFT"})


class ShopifyStore:
    """Store for Shopify."""

    def __init__(self, calls: ShopifyCalls) -> None:
        self._calls = calls
        self._domain: str | None = None
        self._naming = asyncio.Lock()

    @property
    def answered_at(self) -> float:
        """See Store."""
        return self._calls.answered_at

    async def stock(self, variant_refs: Sequence[str]) -> Mapping[str, Stock]:
        """See Store."""
        ids = [gid("ProductVariant", ref) for ref in variant_refs]
        data = await self._calls(ask.STOCK, {"ids": ids})
        with understood(mutates=False):
            found = {plain(one["id"]): _stock(one) for one in data["nodes"] if one}
        return {ref: found.get(ref, Stock(0, deleted=True)) for ref in variant_refs}

    async def shipping_options(self, wanted: Wanted) -> list[str]:
        """See Store."""
        data = await self._calls(ask.RATES, {"input": rates_input(wanted)})
        with understood(mutates=False):
            rates = data["draftOrderAvailableDeliveryOptions"]["availableShippingRates"]
            rates.sort(key=lambda one: Decimal(one["price"]["amount"]))
            return [one["title"] for one in rates]

    async def prepare(self, wanted: Wanted) -> HandleState:
        """See Store."""
        return await self._changed(ask.CREATE, "draftOrderCreate", {"input": draft_input(wanted)})

    async def read(self, handle: str) -> HandleState:
        """See Store."""
        domain = await self._shop_domain()
        data = await self._calls(ask.READ, _id(handle))
        with understood(mutates=False):
            draft = data["draftOrder"]
            return state_of(draft, domain) if draft else HandleState(handle, "gone")

    async def commit(self, handle: str) -> HandleState:
        """See Store. Shopify completes a draft once: a repeat is refused."""
        return await self._changed(ask.COMPLETE, "draftOrderComplete", _id(handle))

    async def discard(self, handle: str) -> None:
        """See Store."""
        try:
            data = await self._calls(ask.DELETE, _id(handle))
            with understood(mutates=True):
                raise_user_errors(data["draftOrderDelete"]["userErrors"])
        except StoreRefused:
            if (await self.read(handle)).status != "gone":
                raise

    async def open_handles(self, mark: str) -> list[str]:
        """See Store."""
        query = {"query": f"tag:'{mark}' AND status:open", "first": 10}
        data = await self._calls(ask.FIND, query)
        with understood(mutates=False):
            drafts = data["draftOrders"]["nodes"]
            # The index may be late; tags and status are read from the draft itself.
            return [plain(d["id"]) for d in drafts if d["status"] == "OPEN" and mark in d["tags"]]

    async def open_marked(self, created_before: datetime) -> list[MarkedHandle]:
        """See Store."""
        before = created_before.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        wished: dict[str, Any] = {
            "query": f"tag:{OURS} AND status:open AND created_at:<'{before}'",
            "first": PAGE,
        }
        found: list[MarkedHandle] = []
        for _ in range(MOST_PAGES):
            data = await self._calls(ask.FIND, wished)
            with understood(mutates=False):
                page = data["draftOrders"]
                found += [one for draft in page["nodes"] for one in _marked(draft)]
                wished["after"] = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        return found

    async def cancel(self, store_order: StoreOrder) -> None:
        """See Store. Read before and after: a repeat finds what the first one has done, and what
        Shopify accepts it does in a job of its own time. No refund, restocked, no mail of theirs.
        """
        order_gid = gid("Order", store_order.id)
        if await self._is_cancelled(order_gid):
            return
        data = await self._calls(ask.CANCEL, {"orderId": order_gid})
        with understood(mutates=True):
            errors = data["orderCancel"]["orderCancelUserErrors"]
        if await self._is_cancelled(order_gid):
            return
        raise_user_errors(errors)
        not_yet = "the shop has taken the cancel and not done it yet"
        raise StoreBusy(not_yet, retry_after_s=CANCEL_TAKES_S)

    async def _is_cancelled(self, order_gid: str) -> bool:
        """One that is gone counts as cancelled."""
        data = await self._calls(ask.CANCELLED, {"id": order_gid})
        with understood(mutates=False):
            order = data["order"]
            return order is None or order["cancelledAt"] is not None

    async def _changed(
        self, operation: Operation, field: str, variables: Mapping[str, Any]
    ) -> HandleState:
        domain = await self._shop_domain()
        data = await self._calls(operation, variables)
        with understood(mutates=True):
            raise_user_errors(data[field]["userErrors"])
            return state_of(data[field]["draftOrder"], domain)

    async def _shop_domain(self) -> str:
        """The shop's own domain; asked once where the address does not show it, and before
        anything is changed, so that no answer is lost for want of it."""
        if self._domain is None:
            async with self._naming:
                self._domain = self._domain or await self._asked_domain()
        return self._domain

    async def _asked_domain(self) -> str:
        try:
            return shop_host(urlsplit(await self._calls.base_url()).hostname or "")
        except NotAShop:
            data = await self._calls(ask.SHOP)
            with understood(mutates=False):
                return str(data["shop"]["myshopifyDomain"])


def _id(handle: str) -> dict[str, str]:
    return {"id": gid("DraftOrder", handle)}


def _stock(variant: Mapping[str, Any]) -> Stock:
    endless = variant["inventoryPolicy"] == "CONTINUE" or not variant["inventoryItem"]["tracked"]
    return Stock(
        available=None if endless else variant["sellableOnlineQuantity"],
        # `availableForSale` is false for a lack of stock too, so the product decides.
        available_for_sale=variant["product"]["status"] not in UNSELLABLE,
    )


def _marked(draft: Mapping[str, Any]) -> list[MarkedHandle]:
    if draft["status"] != "OPEN":
        return []
    orders = [order for tag in draft["tags"] if (order := order_of(tag))]
    return [MarkedHandle(plain(draft["id"]), orders[0])] if len(orders) == 1 else []
