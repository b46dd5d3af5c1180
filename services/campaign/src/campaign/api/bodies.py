"""What requests may say. Unknown fields are refused, and so are operators in place of values."""

import re
from typing import Annotated, Any, Literal

from giftstream.events import Recipient, SelectionLine, UnsignedSelections
from giftstream.events.fields import Email, Id, Instant, Name, Note
from giftstream.events.invalid import not_an_email
from giftstream.events.selections import MAX_LINES
from giftstream.events.states import Country
from giftstream.http.access import SCOPES
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)

from campaign.campaigns.kinds import CampaignType

EMAIL = r"^[^@\s]+@[^@\s]+$"


class Body(BaseModel):
    """A request's body, taken apart field by field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def given(self) -> dict[str, Any]:
        """Only what the caller named, for edits."""
        return self.model_dump(exclude_unset=True)


def _is_scope(text: str) -> str:
    if text not in SCOPES:
        raise ValueError(f"there are these scopes: {', '.join(sorted(SCOPES))}")
    return text


def _is_email(text: str) -> str:
    if not re.fullmatch(EMAIL, text):
        raise not_an_email()
    return text


Named = Annotated[Name, StringConstraints(min_length=1, strip_whitespace=True)]
Contact = Annotated[
    Email,
    AfterValidator(_is_email),
    WithJsonSchema({"type": "string", "maxLength": 320, "pattern": EMAIL}),
]
Contacts = Annotated[list[Contact], Field(max_length=20)]
Scope = Annotated[str, AfterValidator(_is_scope)]


class NewBrand(Body):
    """A brand: who is told of held orders, and what unsigned selections get."""

    name: Named
    contacts: Contacts = Field(default_factory=list)
    unsigned_selections: UnsignedSelections = "review"


class BrandEdit(Body):
    """The fields to change; the others stay."""

    name: Named = ""
    contacts: Contacts = Field(default_factory=list)
    unsigned_selections: UnsignedSelections = "review"


class NewApiKey(Body):
    """A key of the brand: what it is called, what it may do, until when."""

    name: Named
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=20)]
    expires_at: Instant | None = None


class NewPublisher(Body):
    """A platform that shall sign selections for the brand."""

    name: Named


# Far beyond any gift, and small enough that sums of them stay within 64 bits.
SetLimit = Annotated[StrictInt, Field(ge=0, le=10**12)] | Literal["unlimited"]


class AllowanceBody(Body):
    """What one creator may get; null while nobody has decided."""

    items: SetLimit | None = None
    value: SetLimit | None = None
    orders_per_creator: SetLimit | None = None


class BudgetBody(Body):
    """What a campaign may give away in all: retail value in minor units."""

    amount: Annotated[StrictInt, Field(ge=0, le=10**12)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


SetBudget = BudgetBody | Literal["unlimited"]
Countries = Annotated[list[Country], Field(max_length=250)]
Stores = Annotated[list[Id], Field(max_length=50)]


class NewCampaign(Body):
    """A campaign, as a draft; `stores` in order of preference, no `countries` means everywhere."""

    brand_id: Id | None = None
    name: Named
    type: CampaignType
    auto_approve: StrictBool = False
    allowance: AllowanceBody = Field(default_factory=AllowanceBody)
    countries: Countries = Field(default_factory=list)
    stores: Stores = Field(default_factory=list)
    budget: SetBudget = "unlimited"


class CampaignEdit(Body):
    """The fields to change; the others stay, limits too."""

    name: Named = ""
    type: CampaignType = "product_gifting"
    auto_approve: StrictBool = False
    allowance: AllowanceBody = Field(default_factory=AllowanceBody)
    countries: Countries = Field(default_factory=list)
    stores: Stores = Field(default_factory=list)
    budget: SetBudget = "unlimited"


class NewImport(Body):
    """Which of a store's products to put into the catalog."""

    store_id: Id
    product_refs: Literal["all"] | Annotated[list[Id], Field(min_length=1, max_length=1000)]


class NewParticipation(Body):
    """A creator who takes part, with limits of their own where the campaign's do not fit.

    Sent again it changes the limits that it names; null gives the campaign's back.
    """

    creator_id: Id
    allowance: AllowanceBody | None = None


Lines = Annotated[list[SelectionLine], Field(min_length=1, max_length=MAX_LINES)]


class NewSelection(Body):
    """What a participant selects."""

    lines: Lines
    recipient: Recipient | None = None
    note: Note | None = None
    reference: Name | None = None


class PostedSelection(Body):
    """The body of `selection.submitted`, for platforms without Kafka; more fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    selection_id: Id
    brand_id: Id | None = None
    campaign_id: Id
    creator_id: Id
    lines: Lines
    recipient: Recipient | None = None
    note: Note | None = None
    reference: Name | None = None
    occurred_at: Instant | None = None


class WithdrawnSelection(Body):
    """Why, and when; with the admin key, whose."""

    brand_id: Id | None = None
    reason: Note | None = None
    occurred_at: Instant | None = None
