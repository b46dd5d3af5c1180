"""Where campaign keeps sealed values, for a change of the sealing key."""

from collections.abc import Iterator

from giftstream.mongo import Document
from giftstream.operations import SealedCollection, SealedValue, outbox_values

from campaign.brands.brands import BRANDS
from campaign.selections.selections import SELECTIONS


def _of_brand(brand: Document) -> Iterator[SealedValue]:
    for number, one in enumerate(brand.get("publishers", ())):
        path = f"publishers.{number}.secret"
        yield SealedValue(path, one["secret"], brand["_id"], one["key_id"], "publisher")


def _of_selection(selection: Document) -> Iterator[SealedValue]:
    if selection.get("body") is not None:
        brand_id, own = selection["brand_id"], selection["_id"]
        yield SealedValue("body", selection["body"], brand_id, own, "body")
    yield from outbox_values(selection)


def _of_answer(answer: Document) -> Iterator[SealedValue]:
    # Answers kept before their brand was kept with them are forgotten within seven days.
    if answer.get("sealed") and "brand" in answer:
        yield SealedValue("body", answer["body"], answer["brand"], answer["_id"], "answer")


SEALED = (
    SealedCollection(BRANDS, ("publishers",), _of_brand),
    SealedCollection(SELECTIONS, ("brand_id", "body", "outbox"), _of_selection),
    SealedCollection("idempotency_keys", ("brand", "body", "sealed"), _of_answer),
)
