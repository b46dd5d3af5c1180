"""Publishers' secrets as MongoDB keeps them: sealed to their brand and key."""

from giftstream.mongo import Document
from giftstream.sealing import Sealing


class Secrets:
    """Seals what is shown once and opens it for those who have to check signatures."""

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing

    def seal(self, brand_id: str, key_id: str, secret: str) -> bytes:
        """What to store with the publisher."""
        return self._sealing.seal(
            secret.encode(), brand=brand_id, document=key_id, field="publisher"
        )

    def of(self, brand_id: str, publisher: Document) -> str:
        """A stored publisher's secret. Raises SealBroken when it was moved or altered."""
        return self._sealing.open(
            publisher["secret"],
            brand=brand_id,
            document=publisher["key_id"],
            field="publisher",
        ).decode()
