"""The collection `campaigns`."""

from typing import Any

from giftstream.clock import now
from giftstream.events import CampaignChanged
from giftstream.mongo import (
    ASCENDING,
    Collection,
    Database,
    Document,
    DuplicateKeyError,
    IndexModel,
    ReturnDocument,
)
from giftstream.outbox import outbox_room, state_entry

from campaign.whose import Whose, owned_by

CAMPAIGNS = "campaigns"
CHANGED = CampaignChanged.topic


class Campaigns:
    """Every query on campaigns."""

    def __init__(self, database: Database) -> None:
        self._campaigns: Collection = database[CAMPAIGNS]

    async def ensure_indexes(self) -> None:
        """Lists are by brand."""
        await self._campaigns.create_indexes(
            [IndexModel([("brand_id", ASCENDING), ("_id", ASCENDING)])]
        )

    async def insert(self, campaign: Document) -> Document:
        """The campaign as stored: the first one stands when it is inserted again."""
        stored = {**campaign, "version": 1, "outbox": [state_entry(CHANGED)]}
        try:
            await self._campaigns.insert_one(stored)
        except DuplicateKeyError:
            return await self._campaigns.find_one({"_id": campaign["_id"]}) or stored
        return stored

    async def find(self, whose: Whose, campaign_id: str) -> Document | None:
        """One campaign, None when there is none or it is another brand's."""
        return await self._campaigns.find_one({**owned_by(whose), "_id": {"$eq": campaign_id}})

    async def page(self, whose: Whose, after: str | None, limit: int) -> list[Document]:
        """Campaigns in the order of their ids, beyond `after`."""
        query = owned_by(whose)
        if after is not None:
            query["_id"] = {"$gt": after}
        cursor = self._campaigns.find(query).sort("_id", ASCENDING).limit(limit)
        return [one async for one in cursor]

    async def replace(self, before: Document, fields: dict[str, Any]) -> Document | None:
        """The campaign with these fields changed and told; None when somebody wrote meanwhile."""
        query = {"_id": before["_id"], "version": before["version"], **outbox_room()}
        return await self._campaigns.find_one_and_update(
            query,
            {
                "$set": {**fields, "changed_at": now()},
                "$inc": {"version": 1},
                "$push": {"outbox": state_entry(CHANGED)},
            },
            return_document=ReturnDocument.AFTER,
        )
