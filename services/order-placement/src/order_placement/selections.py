"""Selections as they were taken in."""

from collections.abc import Sequence

from giftstream.identity import selection_identity
from giftstream.mongo import Collection, Database, Document

from order_placement.intake.documents import SELECTIONS


class Selections:
    """The collection `selections`; looked for by id alone, so it needs no index of its own."""

    def __init__(self, database: Database) -> None:
        self._selections: Collection = database[SELECTIONS]

    async def find(self, brand_id: str, selection_id: str) -> Document | None:
        """What a publisher calls `selection_id`, None when it was not taken in."""
        identity = selection_identity(brand_id, selection_id)
        return await self._selections.find_one({"_id": identity})

    async def called(self, selection_id: str, brand_ids: Sequence[str]) -> list[Document]:
        """What any of these brands' publishers call `selection_id`."""
        ids = [selection_identity(brand_id, selection_id) for brand_id in brand_ids]
        return [one async for one in self._selections.find({"_id": {"$in": ids}})]
