"""Shopify's answers as strict models: what a store says is not believed, it is checked.

Platform: Admin GraphQL 2026-07, the fields of `operations`.
"""

from typing import Annotated, Any, Generic, TypeVar

from giftstream.failures import Transient
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Ref = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=2000)]


class Answered(BaseModel):
    """Fields as Shopify names them."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, strict=False)


class Nodes(Answered, Generic[T]):
    """A connection, as far as one page shows it."""

    nodes: tuple[T, ...] = ()


class PageInfo(Answered):
    """Whether there is more, and what asks for it."""

    has_next_page: bool
    end_cursor: str | None = None


class Paged(Nodes[T], Generic[T]):
    """A connection with what follows."""

    page_info: PageInfo


class WithId(Answered):
    """Something referred to."""

    id: Ref


class Line(Answered):
    """LineItem."""

    id: Ref
    quantity: Count
    current_quantity: Count
    sku: Text | None = None
    variant: WithId | None = None


class LineCount(Answered):
    """FulfillmentLineItem, RefundLineItem: how many of a line."""

    quantity: Count | None = None
    restocked: bool = False
    line_item: WithId


class Tracking(Answered):
    """FulfillmentTrackingInfo."""

    company: Text | None = None
    number: Text | None = None
    url: Text | None = None


class Fulfillment(Answered):
    """One parcel."""

    id: Ref
    status: str
    display_status: str | None = None
    created_at: AwareDatetime
    delivered_at: AwareDatetime | None = None
    tracking_info: tuple[Tracking, ...] = ()
    fulfillment_line_items: Nodes[LineCount]


class Refund(Answered):
    """What was given back, and whether it came back into stock."""

    refund_line_items: Nodes[LineCount]


class Amount(Answered):
    """MoneyV2."""

    amount: str
    currency_code: str


class Price(Answered):
    """MoneyBag."""

    shop_money: Amount


class Order(Answered):
    """An order with all that following reads."""

    id: Ref
    name: Text
    updated_at: AwareDatetime
    cancelled_at: AwareDatetime | None = None
    display_fulfillment_status: str
    return_status: str
    current_total_price_set: Price
    shipping_address: dict[str, str | None] | None = None
    line_items: Nodes[Line]
    fulfillments: tuple[Fulfillment, ...] = ()
    refunds: tuple[Refund, ...] = ()

    def fills(self, lines: int, parcels: int) -> bool:
        """Whether one of its lists is as long as was asked for, so that there may be more."""
        lists = [self.line_items.nodes]
        counts = [one.fulfillment_line_items.nodes for one in self.fulfillments]
        counts += [one.refund_line_items.nodes for one in self.refunds]
        longest = max(len(one) for one in (*lists, *counts))
        return longest >= lines or max(len(self.fulfillments), len(self.refunds)) >= parcels


class OrderStateAnswer(Answered):
    """ORDER_STATE."""

    order: Order | None = None


class ChangedNode(Answered):
    """An order in a list of changes."""

    id: Ref
    updated_at: AwareDatetime


class ChangedOrdersAnswer(Answered):
    """CHANGED_ORDERS."""

    orders: Paged[ChangedNode]


class Owned(Answered):
    """ProductVariant, as far as it names its product."""

    product: WithId


class StockItem(Answered):
    """InventoryItem."""

    variant: Owned


class StockItemAnswer(Answered):
    """Of STOCK_ITEM."""

    inventory_item: StockItem | None


class Subscription(Answered):
    """WebhookSubscription."""

    id: Ref
    topic: str
    uri: str
    format: str = "JSON"
    include_fields: tuple[str, ...] = ()


class ListWebhooksAnswer(Answered):
    """LIST_WEBHOOKS."""

    webhook_subscriptions: Paged[Subscription]


class Shop(Answered):
    """The shop itself."""

    name: Text
    myshopify_domain: Text
    currency_code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Scope(Answered):
    """AccessScope."""

    handle: str


class Installation(Answered):
    """AppInstallation."""

    access_scopes: tuple[Scope, ...]


class InspectAnswer(Answered):
    """INSPECT."""

    shop: Shop
    current_app_installation: Installation


class NonsenseAnswer(Transient):
    """The store answered something that its own schema does not allow."""


def parsed(kind: type[M], data: dict[str, Any]) -> M:
    """The answer as its model. Raises NonsenseAnswer, which names the field and not its content."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise NonsenseAnswer(f"the store's answer is wrong at {where}: {first['type']}") from None
