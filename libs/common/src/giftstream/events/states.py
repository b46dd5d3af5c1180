"""What brands, campaigns, catalog items and stores are now: compacted, a null value means gone."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool, StringConstraints

from giftstream.events.event import SaidPlainly
from giftstream.events.fields import Count, Id, Name, Sku, Url, Word
from giftstream.events.parts import (
    Allowance,
    ApiKey,
    Budget,
    Money,
    Publisher,
    Reason,
    ShippingMethods,
)
from giftstream.events.vocabulary import UnsignedSelections

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Title = Annotated[str, StringConstraints(max_length=1000)]


class BrandChanged(SaidPlainly):
    """A brand, who may sign for it, and which API keys open it."""

    topic: ClassVar = "brand.changed"

    brand_id: Id
    name: Name
    unsigned_selections: UnsignedSelections = "review"
    publishers: tuple[Publisher, ...] = ()
    api_keys: tuple[ApiKey, ...] = ()
    revision: Count

    def key(self) -> str:
        return self.brand_id


class CampaignChanged(SaidPlainly):
    """A campaign; `stores` in order of preference, no `countries` means everywhere."""

    topic: ClassVar = "campaign.changed"

    campaign_id: Id
    brand_id: Id
    name: Name
    type: Word
    status: Word
    auto_approve: StrictBool = False
    allowance: Allowance = Field(default_factory=Allowance)
    countries: tuple[Country, ...] = ()
    stores: tuple[Id, ...] = ()
    budget: Budget | Literal["unlimited"] = "unlimited"
    revision: Count

    def key(self) -> str:
        return self.campaign_id


class CatalogItemChanged(SaidPlainly):
    """One giftable variant of one store, and the campaigns that offer it."""

    topic: ClassVar = "catalog.item_changed"

    item_id: Id
    brand_id: Id
    store_id: Id
    product_ref: Id
    variant_ref: Id
    sku: Sku | None = None
    title: Title
    variant_title: Title | None = None
    image_url: Url | None = None
    retail_price: Money | None = None
    unit_cost: Money | None = None
    requires_shipping: StrictBool = True
    status: Word
    campaigns: tuple[Id, ...] = ()
    revision: Count

    def key(self) -> str:
        return self.item_id


class StoreChanged(SaidPlainly):
    """A store connection without its secrets; `label` is the name of the gift discount there."""

    topic: ClassVar = "store.changed"

    store_id: Id
    brand_id: Id
    platform: Word
    name: Name
    status: Word
    reasons: tuple[Reason, ...] = ()
    countries: tuple[Country, ...] = ()
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    shipping: ShippingMethods = Field(default_factory=ShippingMethods)
    requires_phone: StrictBool = False
    label: Name | None = None
    revision: Count

    def key(self) -> str:
        return self.store_id


class StoreProductChanged(SaidPlainly):
    """A hint that a product moved in the store; read it there."""

    topic: ClassVar = "store.product_changed"

    store_id: Id
    product_ref: Id

    def key(self) -> str:
        return self.store_id
