"""Copies of others' facts, read within the last moment: batches follow each other closely."""

import time
from collections.abc import Iterable

from giftstream.mongo import Database, Document

KEEP_S = 0.5
MOST_KEPT = 50_000


class Recent:
    """Documents of one collection by id, asked for again after half a second.

    Only what was found is kept: what is missing may arrive at any moment. Half a second is less
    than a fact needs on Kafka anyway, and placing looks once more before anything is ordered.
    """

    def __init__(self, database: Database, collection: str) -> None:
        self._documents = database[collection]
        self._kept: dict[str, tuple[float, Document]] = {}

    async def named(self, ids: Iterable[str]) -> list[Document]:
        """Those of them that there are; one query at most."""
        moment = time.monotonic()
        found, asked = [], []
        for one in ids:
            kept = self._kept.get(one)
            if kept is not None and kept[0] > moment:
                found.append(kept[1])
            else:
                asked.append(one)
        if asked:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            async for document in self._documents.find({"_id": {"$in": asked}}):
                self._kept[document["_id"]] = (moment + KEEP_S, document)
                found.append(document)
        return found


class RecentSkus:
    """Catalog items by store and SKU: all that the store has of each."""

    def __init__(self, database: Database) -> None:
        self._items = database["catalog_items"]
        self._kept: dict[tuple[str, str], tuple[float, list[Document]]] = {}

    async def of(self, stores: Iterable[str], skus: Iterable[str]) -> list[Document]:
        """One query at most. A pair of which there is nothing is asked for every time."""
        moment = time.monotonic()
        pairs = [(store, sku) for store in stores for sku in skus]
        fresh = {p: kept[1] for p in pairs if (kept := self._kept.get(p)) and kept[0] > moment}
        asked = [pair for pair in pairs if pair not in fresh]
        if asked:
            query = {
                "store_id": {"$in": sorted({store for store, _ in asked})},
                "sku": {"$in": sorted({sku for _, sku in asked})},
            }
            found: dict[tuple[str, str], list[Document]] = {}
            async for item in self._items.find(query):
                found.setdefault((item["store_id"], item["sku"]), []).append(item)
            self._keep(found, moment)
            fresh |= {pair: found[pair] for pair in asked if pair in found}
        return [item for items in fresh.values() for item in items]

    def _keep(self, found: dict[tuple[str, str], list[Document]], moment: float) -> None:
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        self._kept |= {pair: (moment + KEEP_S, items) for pair, items in found.items()}
