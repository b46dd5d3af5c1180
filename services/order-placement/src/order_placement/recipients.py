"""The recipient of a gift, at rest always sealed to the one order that needs it."""

from giftstream.events import Recipient
from giftstream.mongo import Document
from giftstream.sealing import Sealing

FIELD = "recipient"


def seal_recipient(sealing: Sealing, brand_id: str, order_id: str, recipient: Recipient) -> bytes:
    """The recipient for this order's document; it opens there and nowhere else."""
    plain = recipient.__pydantic_serializer__.to_json(recipient, exclude_none=True)
    return sealing.seal(plain, brand=brand_id, document=order_id, field=FIELD)


def open_recipient(sealing: Sealing, order: Document) -> Recipient:
    """The recipient of an order. Raises SealBroken when the document was tampered with."""
    plain = sealing.open(order[FIELD], brand=order["brand_id"], document=order["_id"], field=FIELD)
    return Recipient.model_validate_json(plain)
