"""The collection `templates`: what brands say in their own words, and which mails they want."""

from collections.abc import Collection as Several

from giftstream.clock import now
from giftstream.mongo import (
    ASCENDING,
    Collection,
    Database,
    Document,
    DuplicateKeyError,
    IndexModel,
)

from notification.mails.placeholders import Wording
from notification.mails.texts import own_wording


class Wordings:
    """One document a brand and template, there only where the brand chose something."""

    def __init__(self, database: Database) -> None:
        self._templates: Collection = database["templates"]

    async def ensure_indexes(self) -> None:
        """By brand; a document itself is looked for by its id."""
        await self._templates.create_indexes([IndexModel([("brand_id", ASCENDING)])])

    async def get(self, brand_id: str, name: str) -> Document:
        """What the brand chose for this mail; version 0 where it never did."""
        found = await self._templates.find_one({"_id": _id(brand_id, name)})
        return found or {"subject": None, "text": None, "send": None, "version": 0}

    async def choices(self, brand_ids: Several[str]) -> dict[tuple[str, str], bool]:
        """Whether these brands want a mail, by brand and template, where they chose."""
        query = {"brand_id": {"$in": sorted(brand_ids)}, "send": {"$ne": None}}
        found = self._templates.find(query, {"brand_id": 1, "name": 1, "send": 1})
        return {(one["brand_id"], one["name"]): one["send"] async for one in found}

    async def put(
        self, brand_id: str, name: str, version: int, chosen: dict[str, str | bool | None]
    ) -> Document | None:
        """Compare-and-set on the version that was read (0: none); None when somebody wrote
        meanwhile."""
        fields = {**chosen, "brand_id": brand_id, "name": name, "changed_at": now()}
        document: Document = {"_id": _id(brand_id, name), **fields, "version": version + 1}
        if version == 0:
            try:
                await self._templates.insert_one(document)
            except DuplicateKeyError:
                return None
            return document
        query = {"_id": document["_id"], "version": version}
        result = await self._templates.update_one(query, {"$set": fields, "$inc": {"version": 1}})
        return document if result.matched_count == 1 else None


def wording_of(chosen: Document, name: str) -> Wording:
    """The brand's words where it has any, ours else: subject and text each for itself."""
    own = own_wording(name)
    return Wording(chosen["subject"] or own.subject, chosen["text"] or own.text)


def _id(brand_id: str, name: str) -> str:
    return f"{brand_id}/{name}"
