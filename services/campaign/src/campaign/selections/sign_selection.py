"""A selection or its withdrawal as it is published: signed for the brand, sealed until it goes."""

from giftstream.events import SelectionSubmitted, SelectionWithdrawn, encode
from giftstream.mongo import Document
from giftstream.outbox import Entry, event_entry
from giftstream.sealing import Sealing
from giftstream.signatures import HEADER, sign

from campaign.brands.secrets_at_rest import Secrets


class SignSelection:
    """Signs with the publisher that every brand has from its beginning."""

    def __init__(self, secrets: Secrets, sealing: Sealing) -> None:
        self._secrets = secrets
        self._sealing = sealing

    def __call__(
        self, brand: Document, selection: str, event: SelectionSubmitted | SelectionWithdrawn
    ) -> Entry:
        """The outbox entry: exactly the bytes that were signed, and the signature as a header."""
        publisher = next(one for one in brand["publishers"] if one["own"])
        secret = self._secrets.of(brand["_id"], publisher)
        signature = sign(secret, encode(event), publisher["key_id"])
        return event_entry(
            event,
            source="campaign",
            headers={HEADER: signature},
            sealing=self._sealing,
            brand=brand["_id"],
            document=selection,
        )
