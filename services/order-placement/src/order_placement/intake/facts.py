"""What intake and re-judging know of a batch: documents, signing keys, items by SKU."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime

from giftstream.clock import now
from giftstream.delivery import Facts
from giftstream.mongo import Document

from order_placement.intake.publishers import PublisherKey
from order_placement.intake.routing import Catalog, Route


class IntakeFacts(Facts):
    """`Facts`, with what does not change within a batch."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = now()
        self.keys: Mapping[str, PublisherKey] = {}
        self.routes: dict[Hashable, list[Route]] = {}
        self._by_sku: dict[tuple[str, str], list[Document]] = {}

    def add_by_sku(self, items: Iterable[Document]) -> None:
        """Items read for their SKU: all that their store has of it."""
        for item in items:
            self.add("catalog_items", [item])
            self._by_sku.setdefault((item["store_id"], item["sku"]), []).append(item)

    def by_sku(self, store_id: str, sku: str) -> Sequence[Document]:
        """All items of a store with this SKU, as far as they were asked for."""
        return self._by_sku.get((store_id, sku), ())

    def catalog(self, brand_id: str, campaign_id: str) -> Catalog:
        """What routing of one campaign's selection may look at."""
        return Catalog(brand_id, self.get("campaigns", campaign_id), self.get, self.by_sku)
