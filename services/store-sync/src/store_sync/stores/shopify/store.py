"""A Shopify shop as store-sync uses it."""

from collections.abc import Collection
from datetime import datetime

from giftstream_platforms.failures import StoreRefused
from giftstream_platforms.shopify import ShopifyClient, gid, plain, raise_user_errors

from store_sync.seen import ChangedOrder, Changes, SeenOrder
from store_sync.store import Inspection, Repaired
from store_sync.stores.shopify import operations
from store_sync.stores.shopify.answers import (
    ChangedOrdersAnswer,
    InspectAnswer,
    ListWebhooksAnswer,
    NonsenseAnswer,
    Order,
    OrderStateAnswer,
    StockItemAnswer,
    Subscription,
    parsed,
)
from store_sync.stores.shopify.orders import seen_order
from store_sync.stores.shopify.scopes import missing_scopes
from store_sync.stores.shopify.subscriptions import Whose, plan, wanted

# (lines, parcels) asked for. A query may cost 1,000 points at most and every place asked for is
# paid for beforehand, so few are asked for first; then many lines, many parcels, some of both.
SIZES = ((10, 3), (50, 3), (10, 15), (25, 8))
PAGE = 50
MAX_PAGES = 20


class ShopifyStore:
    """One shop. `ours` is how the webhook addresses of this installation begin."""

    def __init__(self, client: ShopifyClient, ours: str) -> None:
        self._client = client
        self._ours = ours

    async def inspect(self) -> Inspection:
        """Shop and granted scopes, in one cheap query."""
        answer = parsed(InspectAnswer, await self._client.execute(operations.INSPECT))
        granted = tuple(scope.handle for scope in answer.current_app_installation.access_scopes)
        return Inspection(
            name=answer.shop.name,
            shop=answer.shop.myshopify_domain,
            currency=answer.shop.currency_code,
            granted=granted,
            missing=missing_scopes(granted),
        )

    async def subscribe(self, address: str, others: Collection[str] = ()) -> Repaired:
        """List, then create, correct and delete what the list shows to be wrong."""
        todo = plan(await self._registered(), Whose(address, self._ours, others))
        for topic, subscription_id in todo.correct:
            variables = {"id": subscription_id, "what": wanted(topic, address)}
            data = await self._client.execute(operations.CORRECT_WEBHOOK, variables)
            raise_user_errors(data["webhookSubscriptionUpdate"]["userErrors"])
        for topic in todo.create:
            variables = {"topic": topic, "what": wanted(topic, address)}
            data = await self._client.execute(operations.CREATE_WEBHOOK, variables)
            raise_user_errors(data["webhookSubscriptionCreate"]["userErrors"])
        for subscription_id in todo.delete:
            await self._delete(subscription_id)
        return Repaired(todo.kept, len(todo.create), len(todo.correct) + len(todo.delete))

    async def unsubscribe(self, address: str) -> None:
        """Delete every subscription to this address."""
        for one in await self._registered():
            if one.uri == address:
                await self._delete(one.id)

    async def read_order(self, order_ref: str) -> SeenOrder | None:
        """By id: a search may lag behind. The few large orders are asked for again, whole."""
        order = None
        for size in SIZES:
            order = await self._order(order_ref, *size)
            if order is None or not order.fills(*size):
                break
        return None if order is None else seen_order(order)

    async def changed_orders(self, since: datetime, after: str | None) -> Changes:
        """A page of 50, oldest change first. The search index lags: look back far enough."""
        variables = {
            "q": f"updated_at:>='{since.isoformat(timespec='seconds').replace('+00:00', 'Z')}'",
            "first": PAGE,
            "after": after,
        }
        data = await self._client.execute(operations.CHANGED_ORDERS, variables)
        page = parsed(ChangedOrdersAnswer, data).orders
        orders = tuple(ChangedOrder(plain(node.id), node.updated_at) for node in page.nodes)
        return Changes(orders, page.page_info.end_cursor if page.page_info.has_next_page else None)

    async def product_of_stock(self, item_ref: str) -> str | None:
        """A variant has one stock item, a product has many."""
        variables = {"id": gid("InventoryItem", item_ref)}
        data = await self._client.execute(operations.STOCK_ITEM, variables)
        item = parsed(StockItemAnswer, data).inventory_item
        return None if item is None else plain(item.variant.product.id)

    async def _order(self, order_ref: str, lines: int, parcels: int) -> Order | None:
        wanted_id = gid("Order", order_ref)
        variables = {"id": wanted_id, "lines": lines, "parcels": parcels}
        data = await self._client.execute(operations.ORDER_STATE, variables)
        order = parsed(OrderStateAnswer, data).order
        if order is not None and order.id != wanted_id:
            raise NonsenseAnswer("the store answered with another order")
        return order

    async def _registered(self) -> list[Subscription]:
        found: list[Subscription] = []
        after: str | None = None
        for _ in range(MAX_PAGES):
            data = await self._client.execute(operations.LIST_WEBHOOKS, {"after": after})
            page = parsed(ListWebhooksAnswer, data).webhook_subscriptions
            found += page.nodes
            if not page.page_info.has_next_page:
                break
            after = page.page_info.end_cursor
        return found

    async def _delete(self, subscription_id: str) -> None:
        data = await self._client.execute(operations.DELETE_WEBHOOK, {"id": subscription_id})
        try:
            raise_user_errors(data["webhookSubscriptionDelete"]["userErrors"])
        except StoreRefused:
            # Gone already, which is what was wanted.
            return
