"""What several event bodies have in common, each part once."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints

from giftstream.events.fields import (
    Email,
    Id,
    Instant,
    Limit,
    Name,
    Note,
    Phone,
    Quantity,
    Sku,
    Url,
    Word,
)


class Part(BaseModel):
    """A frozen piece of a body; fields it does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Money(Part):
    """An amount in minor units (cents) of an ISO 4217 currency."""

    amount: Annotated[StrictInt, Field(ge=-(10**15), le=10**15)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Address(Part):
    """Where a parcel goes; may be incomplete, the order is then held with the reason."""

    company: Name | None = None
    line1: Name | None = None
    line2: Name | None = None
    city: Name | None = None
    region: Name | None = None
    postcode: Annotated[str, StringConstraints(max_length=40)] | None = None
    country: Annotated[str, StringConstraints(max_length=60)] | None = None


class Recipient(Part):
    """Who gets the gift. Personal data: travels in `selection.submitted` alone."""

    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    locale: Annotated[str, StringConstraints(max_length=35)] | None = None
    address: Address | None = None


class Reason(Part):
    """Why something was refused or held: a code for programs, a sentence for people."""

    code: Word
    detail: Annotated[str, StringConstraints(max_length=2000)]
    path: Annotated[str, StringConstraints(max_length=500)] | None = None


class OrderLine(Part):
    """One product of an order; while unrouted, what was submitted and nothing else."""

    item_id: Id | None = None
    variant_ref: Id | None = None
    sku: Sku | None = None
    title: Annotated[str, StringConstraints(max_length=1000)] | None = None
    quantity: Quantity
    retail_price: Money | None = None
    unit_cost: Money | None = None


class StoreOrder(Part):
    """The order as the store knows it; `number` is what its people see."""

    platform: Word
    id: Name
    number: Name | None = None
    admin_url: Url | None = None


class ShipmentLine(Part):
    """How many of one variant."""

    variant_ref: Id | None = None
    quantity: Quantity


class Shipment(Part):
    """One parcel, and how far it has come."""

    shipment_id: Name
    lines: tuple[ShipmentLine, ...] = ()
    carrier: Name | None = None
    tracking_number: Name | None = None
    tracking_url: Url | None = None
    status: Word
    shipped_at: Instant | None = None
    delivered_at: Instant | None = None


class Difference(Part):
    """One thing in the store's order that is not as it was ordered; never personal data."""

    field: Name
    ordered: Note | None = None
    found: Note | None = None


class Publisher(Part):
    """A signing key that a brand knows; its secret stays with campaign."""

    key_id: Id
    name: Name


class ApiKey(Part):
    """A brand's API key as others may know it: how it begins, and its hash (hex)."""

    prefix: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    scopes: tuple[str, ...] = ()
    expires_at: Instant | None = None


class Budget(Part):
    """What a campaign may give away in all: retail value in minor units."""

    amount: Annotated[StrictInt, Field(ge=0)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Allowance(Part):
    """What one creator may get. A limit that nobody set yet allows nothing."""

    items: Limit = 0
    value: Limit = 0
    orders_per_creator: Limit = 0


class ShippingMethods(Part):
    """The store's shipping method by country, else the default, else the store's own rule."""

    default: Name | None = None
    by_country: dict[str, Name] = Field(default_factory=dict)
