"""What the routes of stores take and give. Secrets only ever go in."""

from datetime import datetime
from typing import Annotated, Any, Literal

from giftstream.clock import now
from giftstream.events import Reason, ShippingMethods
from giftstream.events.fields import Id, Name
from giftstream.mongo import Document
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from store_sync.check_store import Checked

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=4096)]


class Taken(BaseModel):
    """A body from outside: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Credentials(Taken):
    """What opens a Shopify store, and what it signs webhooks with."""

    access_token: Secret
    webhook_secret: Secret


class NewCredentials(Taken):
    """Either or both anew."""

    access_token: Secret | None = None
    webhook_secret: Secret | None = None


class PostedStore(Taken):
    """Body of POST /stores. `brand_id` may be left out by a brand's own key."""

    brand_id: Id | None = None
    platform: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,30}$")]
    name: Annotated[Name, Field(min_length=1)]
    shop: Annotated[str, StringConstraints(max_length=255)] | None = None
    base_url: Annotated[str, StringConstraints(max_length=500)] | None = None
    credentials: Credentials
    countries: tuple[Country, ...] = Field((), max_length=300)
    shipping: ShippingMethods = Field(default_factory=ShippingMethods)
    requires_phone: bool = False
    label: Annotated[Name, Field(min_length=1)] | None = None


class PatchedStore(Taken):
    """Body of PATCH /stores/{id}: only what is given changes."""

    name: Annotated[Name, Field(min_length=1)] | None = None
    countries: tuple[Country, ...] | None = Field(None, max_length=300)
    shipping: ShippingMethods | None = None
    requires_phone: bool | None = None
    label: Annotated[Name, Field(min_length=1)] | None = None
    credentials: NewCredentials | None = None

    def settings(self) -> dict[str, Any]:
        """What is to change, as documents keep it; a null changes nothing."""
        given = self.model_dump(exclude={"credentials"}, exclude_unset=True, exclude_none=True)
        if "countries" in given:
            given["countries"] = list(given["countries"])
        return given


class ShownStore(BaseModel):
    """A store connection as people and scripts see it."""

    store_id: str
    brand_id: str
    platform: str
    name: str
    shop: str
    base_url: str
    status: Literal["connected", "needs_attention", "disconnected"]
    reasons: list[Reason]
    countries: list[str]
    currency: str | None
    shipping: ShippingMethods
    requires_phone: bool
    label: str
    created_at: datetime
    checked_at: datetime | None
    webhooks_at: datetime | None = None
    """When all webhooks were last seen to be registered."""
    webhooks_repaired_at: datetime | None = None
    """When some had last been gone or wrong, and were registered again."""
    old_webhook_secret_until: datetime | None = None
    """Until when the webhook secret before this one still holds; null when none does."""
    revision: int


class ShownCheck(BaseModel):
    """One check and, where it failed, what to do."""

    name: str
    ok: bool
    detail: str
    remedy: str | None = None


class ShownChecked(BaseModel):
    """Answer of POST /stores/{id}/check."""

    ok: bool
    checks: list[ShownCheck]
    store: ShownStore


class ShownAccess(BaseModel):
    """Answer of the internal route: what opens the store."""

    platform: str
    base_url: str
    api_version: str
    access_token: str
    expires_at: datetime | None = None


def shown_store(connection: Document) -> ShownStore:
    """Without secrets, by naming what is shown."""
    fields = {name: connection.get(name) for name in ShownStore.model_fields if name != "store_id"}
    previous = connection.get("previous")
    if previous is not None and previous["until"] > now():
        fields["old_webhook_secret_until"] = previous["until"]
    return ShownStore.model_validate({"store_id": connection["_id"], **fields})


def shown_checked(checked: Checked) -> ShownChecked:
    """Every check, and the connection after them."""
    checks = [
        ShownCheck(name=one.name, ok=one.ok, detail=one.detail, remedy=one.remedy)
        for one in checked.checks
    ]
    return ShownChecked(ok=checked.ok, checks=checks, store=shown_store(checked.connection))
