"""The collection `selections`: those made through us, their personal data sealed."""

from datetime import timedelta
from typing import Any

from giftstream.clock import now
from giftstream.mongo import (
    ASCENDING,
    Collection,
    Database,
    Document,
    DuplicateKeyError,
    IndexModel,
    ReturnDocument,
)
from giftstream.outbox import Entry

from campaign.whose import Whose, owned_by

SELECTIONS = "selections"
CLAIMING = "claiming"


class Selections:
    """Every query on selections. A selection is `claiming` until its allowance is settled."""

    def __init__(self, database: Database) -> None:
        self._selections: Collection = database[SELECTIONS]

    async def ensure_indexes(self) -> None:
        """By the publisher's own id, and what a crash left half done."""
        await self._selections.create_indexes(
            [
                IndexModel([("brand_id", ASCENDING), ("selection_id", ASCENDING)], unique=True),
                IndexModel([("selection_id", ASCENDING)]),
                IndexModel(
                    [("due_at", ASCENDING)], partialFilterExpression={"due_at": {"$type": "date"}}
                ),
            ]
        )

    async def begin(self, selection: Document) -> Document:
        """The selection as stored: the first one under an id stands."""
        try:
            await self._selections.insert_one(selection)
        except DuplicateKeyError:
            return await self._selections.find_one({"_id": selection["_id"]}) or selection
        return selection

    async def find(self, whose: Whose, selection_id: str) -> Document | None:
        """A selection by its publisher's id, None when there is none or it is another brand's."""
        query = {**owned_by(whose), "selection_id": {"$eq": selection_id}}
        return await self._selections.find_one(query)

    async def stored(self, brand_id: str, selection: str) -> Document | None:
        """A selection by our own id."""
        return await self._selections.find_one({"_id": selection, "brand_id": brand_id})

    async def named(self, selections: list[str]) -> list[Document]:
        """Selections by our own ids, for what events tell of them."""
        return [one async for one in self._selections.find({"_id": {"$in": selections}})]

    async def submit(self, selection: str, entry: Entry) -> Document | None:
        """It is to be published now; None when it is not claiming any more."""
        fields: dict[str, Any] = {"status": "submitted", "submitted_at": now()}
        return await self._selections.find_one_and_update(
            {"_id": selection, "status": CLAIMING},
            {
                "$set": fields,
                "$unset": {"due_at": ""},
                "$inc": {"version": 1},
                "$push": {"outbox": entry},
            },
            return_document=ReturnDocument.AFTER,
        )

    async def drop(self, selection: str) -> None:
        """It got no allowance: nothing was said of it, so its id is free again."""
        await self._selections.delete_one({"_id": selection, "status": CLAIMING})

    async def left_behind(self, lease_s: float) -> Document | None:
        """One that a crash left claiming, ours to finish until the lease ends; None without."""
        moment = now()
        return await self._selections.find_one_and_update(
            {"due_at": {"$type": "date", "$lte": moment}},
            {"$set": {"due_at": moment + timedelta(seconds=lease_s)}, "$inc": {"version": 1}},
            sort=[("due_at", ASCENDING)],
            return_document=ReturnDocument.AFTER,
        )
