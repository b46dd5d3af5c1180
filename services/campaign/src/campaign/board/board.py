"""The collection `board`: one document a gift order, as order.changed last told of it."""

from datetime import datetime

from giftstream.mongo import (
    ASCENDING,
    DESCENDING,
    Collection,
    Database,
    Document,
    IndexModel,
)

from campaign.whose import Whose, owned_by

BOARD = "board"

_NEWEST_FIRST = [("submitted_at", DESCENDING), ("_id", DESCENDING)]


class Board:
    """Every query on the board."""

    def __init__(self, database: Database) -> None:
        self._board: Collection = database[BOARD]

    async def ensure_indexes(self) -> None:
        """A campaign's orders, newest first, with or without a status; a selection's orders."""
        campaign = [("brand_id", ASCENDING), ("campaign_id", ASCENDING)]
        await self._board.create_indexes(
            [
                IndexModel([*campaign, *_NEWEST_FIRST]),
                IndexModel([*campaign, ("status", ASCENDING), *_NEWEST_FIRST]),
                IndexModel([("brand_id", ASCENDING), ("selection_id", ASCENDING)]),
            ]
        )

    async def page(
        self,
        brand_id: str,
        campaign_id: str,
        status: str | None,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> list[Document]:
        """A campaign's orders, the newest first, beyond `after`."""
        query: Document = {"brand_id": brand_id, "campaign_id": campaign_id}
        if status is not None:
            query["status"] = status
        if after is not None:
            moment, order_id = after
            query["$or"] = [
                {"submitted_at": {"$lt": moment}},
                {"submitted_at": moment, "_id": {"$lt": order_id}},
            ]
        return [one async for one in self._board.find(query).sort(_NEWEST_FIRST).limit(limit)]

    async def of_selection(self, whose: Whose, selection_id: str) -> list[Document]:
        """Every order of a selection."""
        query = {**owned_by(whose), "selection_id": {"$eq": selection_id}}
        return [one async for one in self._board.find(query).sort("_id", ASCENDING).limit(100)]

    async def of_orders(self, order_ids: list[str]) -> list[Document]:
        """Orders by id, for what events tell of them."""
        return [one async for one in self._board.find({"_id": {"$in": order_ids}})]
