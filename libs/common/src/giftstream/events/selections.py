"""What platforms say of selections, and what we refuse."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, StrictInt, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from giftstream.events.event import Event, SaidPlainly
from giftstream.events.fields import Count, Id, Name, Note, Quantity, Sku
from giftstream.events.parts import Part, Reason, Recipient

MAX_LINES = 50
MAX_QUANTITY = 100


class SelectionLine(Part):
    """A product by our catalog item, by the store's own variant, or by SKU: exactly one of them."""

    item_id: Id | None = None
    store_id: Id | None = None
    variant_ref: Id | None = None
    sku: Sku | None = None
    quantity: Annotated[Quantity, Field(le=MAX_QUANTITY)]

    @model_validator(mode="after")
    def _names_one_product(self) -> Self:
        by_variant = self.store_id is not None or self.variant_ref is not None
        if (self.item_id is not None) + by_variant + (self.sku is not None) != 1:
            raise PydanticCustomError(
                "line_product",
                "Name the product by exactly one of: item_id, store_id with variant_ref, sku.",
            )
        if by_variant and (self.store_id is None or self.variant_ref is None):
            raise PydanticCustomError("line_variant", "store_id and variant_ref belong together.")
        return self


class SelectionSubmitted(SaidPlainly):
    """A creator chose gifts, or somebody chose for them. Holds personal data."""

    topic: ClassVar = "selection.submitted"

    selection_id: Id
    brand_id: Id
    campaign_id: Id
    creator_id: Id
    recipient: Recipient | None = None
    lines: Annotated[tuple[SelectionLine, ...], Field(min_length=1, max_length=MAX_LINES)]
    reference: Name | None = None
    note: Note | None = None

    def key(self) -> str:
        return f"{self.brand_id}/{self.selection_id}"


class SelectionWithdrawn(SaidPlainly):
    """The gifts are not wanted any more; counts until placing starts."""

    topic: ClassVar = "selection.withdrawn"

    selection_id: Id
    brand_id: Id
    reason: Note | None = None

    def key(self) -> str:
        return f"{self.brand_id}/{self.selection_id}"


class Source(Part):
    """The record that an event was made from."""

    topic: Annotated[str, StringConstraints(max_length=249)]
    partition: Annotated[StrictInt, Field(ge=0)]
    offset: Count


class SelectionRefused(Event):
    """A selection became no order at all; `reasons` say why."""

    topic: ClassVar = "selection.refused"

    selection_id: Id | None = None
    brand_id: Id | None = None
    reference: Name | None = None
    reasons: tuple[Reason, ...]
    source: Source

    def key(self) -> str:
        """The ids; without both, the source (a record's own key is better, where it has one)."""
        if self.brand_id is None or self.selection_id is None:
            return f"{self.source.topic}/{self.source.partition}/{self.source.offset}"
        return f"{self.brand_id}/{self.selection_id}"
