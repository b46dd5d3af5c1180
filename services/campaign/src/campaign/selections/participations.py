"""The collection `participations`: one a creator and campaign, with what the creator has taken."""

from dataclasses import dataclass
from typing import Any

from giftstream.clock import now
from giftstream.identity import derived
from giftstream.mongo import (
    ASCENDING,
    Collection,
    Database,
    Document,
    DuplicateKeyError,
    IndexModel,
    ReturnDocument,
)

from campaign.whose import Whose, owned_by

PARTICIPATIONS = "participations"

Limits = dict[str, int | str | None]


@dataclass(frozen=True)
class Claim:
    """What one selection takes of an allowance; `value` in minor units."""

    selection: str
    items: int
    value: int


def participation_identity(campaign_id: str, creator_id: str) -> str:
    """A creator removed and added again is the same participation."""
    return derived(campaign_id, "creator", creator_id)


class Participations:
    """Every query on participations."""

    def __init__(self, database: Database) -> None:
        self._participations: Collection = database[PARTICIPATIONS]

    async def ensure_indexes(self) -> None:
        """Lists are by campaign."""
        await self._participations.create_indexes(
            [IndexModel([("brand_id", ASCENDING), ("campaign_id", ASCENDING), ("_id", ASCENDING)])]
        )

    async def insert(self, participation: Document) -> Document:
        """The participation as stored: the first one stands when it is inserted again."""
        try:
            await self._participations.insert_one(participation)
        except DuplicateKeyError:
            stored = await self._participations.find_one({"_id": participation["_id"]})
            return stored or participation
        return participation

    async def find(self, whose: Whose, participation_id: str) -> Document | None:
        """One participation, None when there is none or it is another brand's."""
        return await self._participations.find_one(
            {**owned_by(whose), "_id": {"$eq": participation_id}}
        )

    async def page(
        self, brand_id: str, campaign_id: str, after: str | None, limit: int, removed: bool
    ) -> list[Document]:
        """A campaign's participations in the order of their ids, beyond `after`; those of removed
        creators only when asked for."""
        query: Document = {"brand_id": brand_id, "campaign_id": campaign_id}
        if not removed:
            query["removed_at"] = None
        if after is not None:
            query["_id"] = {"$gt": after}
        cursor = self._participations.find(query, {"claims": False})
        return [one async for one in cursor.sort("_id", ASCENDING).limit(limit)]

    async def named(self, participation_ids: list[str]) -> list[Document]:
        """Participations by id, for what events tell of them."""
        return [o async for o in self._participations.find({"_id": {"$in": participation_ids}})]

    async def remove(
        self, whose: Whose, campaign_id: str, participation_id: str
    ) -> Document | None:
        """The participation as removed, None when there is none; removed twice, the first time
        counts."""
        query = {**owned_by(whose), "_id": {"$eq": participation_id}, "campaign_id": campaign_id}
        removed = await self._participations.find_one_and_update(
            {**query, "removed_at": None},
            {"$set": {"removed_at": now()}, "$inc": {"version": 1}},
            return_document=ReturnDocument.AFTER,
        )
        return removed or await self._participations.find_one(query)

    async def renew(self, participation_id: str, limits: Limits) -> Document | None:
        """The participation, not removed any more, with these limits; others stay."""
        named = {f"allowance.{name}": limit for name, limit in limits.items()}
        return await self._participations.find_one_and_update(
            {"_id": participation_id},
            {"$set": {"removed_at": None, **named}, "$inc": {"version": 1}},
            return_document=ReturnDocument.AFTER,
        )

    async def claim(self, participation_id: str, claim: Claim, limits: Limits) -> bool:
        """Take what a selection asks for, once, if the limits leave room for it.

        One write both looks and takes, so that of any number at once only those that fit succeed.
        """
        room: dict[str, Any] = {}
        asked = {"items": claim.items, "value": claim.value, "orders_per_creator": 1}
        for name, amount in asked.items():
            limit = limits[name]
            if limit != "unlimited":
                room[f"used.{name}"] = {"$lte": int(limit or 0) - amount}
        taken = await self._participations.update_one(
            {"_id": participation_id, "claims.selection": {"$ne": claim.selection}, **room},
            {
                "$inc": {
                    **{f"used.{name}": amount for name, amount in asked.items()},
                    "version": 1,
                },
                "$push": {
                    "claims": {
                        "selection": claim.selection,
                        "items": claim.items,
                        "value": claim.value,
                    }
                },
            },
        )
        return taken.modified_count == 1

    async def has_claim(self, participation_id: str, selection: str) -> bool:
        """Whether the selection has taken its part already."""
        query = {"_id": participation_id, "claims.selection": selection}
        return await self._participations.find_one(query, {"_id": 1}) is not None

    async def release(self, participation_id: str, claim: Claim) -> None:
        """Give back what a selection took; nothing when it holds nothing."""
        await self._participations.update_one(
            {"_id": participation_id, "claims.selection": claim.selection},
            {
                "$inc": {
                    "used.items": -claim.items,
                    "used.value": -claim.value,
                    "used.orders_per_creator": -1,
                    "version": 1,
                },
                "$pull": {"claims": {"selection": claim.selection}},
            },
        )


def without_claim(participation: Document, selection: str) -> Document | None:
    """The participation when a selection gave its part back; None when it holds none."""
    given = next((c for c in participation["claims"] if c["selection"] == selection), None)
    if given is None:
        return None
    used = participation["used"]
    return {
        **participation,
        "claims": [c for c in participation["claims"] if c["selection"] != selection],
        "used": {
            "items": used["items"] - given["items"],
            "value": used["value"] - given["value"],
            "orders_per_creator": used["orders_per_creator"] - 1,
        },
    }
