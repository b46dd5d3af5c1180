"""How answers look: only what is listed here leaves the house."""

from datetime import datetime
from typing import Any, Literal

from giftstream.events import (
    Budget,
    Limit,
    Money,
    OrderLine,
    OrderStatus,
    Reason,
    Shipment,
    StoreOrder,
    UnsignedSelections,
)
from giftstream.mongo import Document
from pydantic import BaseModel, ConfigDict

from campaign.campaigns.kinds import CampaignStatus, CampaignType


class View(BaseModel):
    """An answer; fields that are not named in it are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class BrandView(View):
    """A brand as its people see it."""

    brand_id: str
    name: str
    contacts: list[str]
    unsigned_selections: UnsignedSelections
    publishers: list["PublisherView"]
    revision: int
    created_at: datetime


class PublisherView(View):
    """Who may sign; the secret was shown once."""

    key_id: str
    name: str


class NewPublisherView(View):
    """A publisher's secret, shown this once."""

    key_id: str
    secret: str


class ApiKeyView(View):
    """A key without its secret."""

    prefix: str
    name: str
    scopes: list[str]
    expires_at: datetime | None
    created_at: datetime


class NewApiKeyView(View):
    """A key, shown this once."""

    key: str
    prefix: str
    scopes: list[str]
    expires_at: datetime | None


class AllowanceView(View):
    """Limits as they were set; null while nobody has decided."""

    items: Limit | None = None
    value: Limit | None = None
    orders_per_creator: Limit | None = None


class CampaignView(View):
    """A campaign. `notices` say what people may have forgotten."""

    campaign_id: str
    brand_id: str
    name: str
    type: CampaignType
    status: CampaignStatus
    auto_approve: bool
    allowance: AllowanceView
    countries: list[str]
    stores: list[str]
    budget: Budget | Literal["unlimited"] = "unlimited"
    revision: int
    created_at: datetime
    published_at: datetime | None
    closed_at: datetime | None
    notices: list[Reason] = []


class RejectedView(View):
    """What an import turned away, and why; the whole product when there is no variant."""

    product_ref: str
    variant_ref: str | None
    reason: Reason


class ImportView(View):
    """How far an import is, counted in variants; `total` is null while it is not known."""

    import_id: str
    campaign_id: str
    store_id: str
    status: str
    total: int | None
    done: int
    imported: int
    rejected_count: int
    rejected: list[RejectedView]
    error: Reason | None
    created_at: datetime
    finished_at: datetime | None


class ItemView(View):
    """One variant that a campaign offers."""

    item_id: str
    store_id: str
    product_ref: str
    variant_ref: str
    sku: str | None
    title: str
    variant_title: str | None
    image_url: str | None
    retail_price: Money
    unit_cost: Money | None
    requires_shipping: bool
    status: str


class UsedView(View):
    """What a creator has taken so far."""

    items: int
    value: int
    orders_per_creator: int


class ParticipationView(View):
    """A creator in a campaign; `allowance` holds only limits of their own."""

    participation_id: str
    campaign_id: str
    creator_id: str
    allowance: AllowanceView
    used: UsedView
    created_at: datetime
    removed_at: datetime | None = None


class BoardRow(View):
    """One gift order, as order.changed last told of it."""

    order_id: str
    selection_id: str
    creator_id: str
    store_id: str | None
    reference: str | None
    status: OrderStatus
    reasons: list[Reason]
    lines: list[OrderLine]
    retail_value: Money | None
    cost: Money | None
    charged: Money | None
    store_order: StoreOrder | None
    shipments: list[Shipment]
    submitted_at: datetime
    placed_at: datetime | None
    delivered_at: datetime | None
    verified_at: datetime | None
    sequence: int


class SelectionView(View):
    """A selection made through us, and what became of it; never the recipient."""

    selection_id: str
    brand_id: str
    campaign_id: str
    creator_id: str
    reference: str | None
    status: str
    reasons: list[Reason] = []
    submitted_at: datetime | None
    orders: list[BoardRow] = []


class WithdrawalView(View):
    """That a selection was taken back."""

    selection_id: str
    brand_id: str
    reason: str | None
    withdrawn_at: datetime


def shown(view: type[View], document: Document, id_field: str, **more: Any) -> Any:
    """A document as a view: `_id` under its public name, `version` as `revision`."""
    public = {**document, id_field: document["_id"], "revision": document.get("version"), **more}
    return view.model_validate(public)
