"""What callers may send. Unknown fields are refused; values are plain scalars only."""

from typing import Annotated, Literal

from giftstream.events import Address, Recipient, SelectionLine
from giftstream.events.fields import Email, Id, Name, Note, Phone
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Override = Literal[
    "out_of_stock", "allowance_exceeded", "duplicate_order", "campaign_budget_exceeded"
]
MAX_BULK = 1000


class Body(BaseModel):
    """A frozen body without surprises."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AddressEdit(Body):
    """Only what is given changes; null empties a field."""

    company: Name | None = None
    line1: Name | None = None
    line2: Name | None = None
    city: Name | None = None
    region: Name | None = None
    postcode: Annotated[str, StringConstraints(max_length=40)] | None = None
    country: Annotated[str, StringConstraints(max_length=60)] | None = None


class RecipientEdit(Body):
    """Only what is given changes, in the address field by field; null empties."""

    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    locale: Annotated[str, StringConstraints(max_length=35)] | None = None
    address: AddressEdit | None = None

    def correct(self, recipient: Recipient) -> Recipient:
        """The recipient with this in it."""
        given = {name: getattr(self, name) for name in self.model_fields_set - {"address"}}
        if "address" in self.model_fields_set:
            given["address"] = self._address(recipient.address)
        return recipient.model_copy(update=given)

    def _address(self, address: Address | None) -> Address | None:
        if self.address is None:
            return None
        changed = self.address.model_dump(include=self.address.model_fields_set)
        return (address or Address()).model_copy(update=changed)


class LineEdit(SelectionLine):
    """A line as in `selection.submitted`."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OrderEdit(Body):
    """What is left out stays as it is; `shipping_method` "" means the store's own again."""

    recipient: RecipientEdit | None = None
    lines: Annotated[tuple[LineEdit, ...], Field(min_length=1, max_length=50)] | None = None
    shipping_method: Name | None = None


class ByPerson(Body):
    """A decision, and who took it when it was not the key's owner."""

    by: Name | None = None


class Placing(ByPerson):
    """Reasons that shall not hold the order."""

    override: Annotated[tuple[Override, ...], Field(max_length=10)] = ()


class BulkPlacing(Placing):
    """The same for many orders at once."""

    order_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MAX_BULK)]


class Cancellation(ByPerson):
    """Why the order is taken back."""

    reason: Note | None = None


class Rejection(ByPerson):
    """Why there will be no order."""

    reason: Note | None = None
