"""The collection `imports`: each a job, its progress, and when to go on with it."""

from collections.abc import Sequence
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

from campaign.whose import Whose, owned_by

IMPORTS = "imports"
MAX_REJECTED_SHOWN = 1000


def new_job(
    import_id: str, campaign: Document, store: Document, product_refs: Sequence[str] | None
) -> Document:
    """A job that is due at once; no `product_refs` means everything."""
    moment = now()
    return {
        "_id": import_id,
        "version": 1,
        "epoch": 0,
        "brand_id": campaign["brand_id"],
        "campaign_id": campaign["_id"],
        "store_id": store["_id"],
        "platform": store["platform"],
        "product_refs": None if product_refs is None else list(product_refs),
        "status": "queued",
        "position": 0,
        "after": None,
        "total": None,
        "done": 0,
        "imported": 0,
        "rejected": [],
        "rejected_count": 0,
        "error": None,
        "attempts": 0,
        "failing_since": None,
        "created_at": moment,
        "finished_at": None,
        "due_at": moment,
    }


class Imports:
    """Every query on import jobs. Only whoever claimed a job last may write it."""

    def __init__(self, database: Database) -> None:
        self._imports: Collection = database[IMPORTS]

    async def ensure_indexes(self) -> None:
        """What is due; finished jobs have no due time and cost nothing here."""
        await self._imports.create_indexes(
            [
                IndexModel(
                    [("due_at", ASCENDING)], partialFilterExpression={"due_at": {"$type": "date"}}
                )
            ]
        )

    async def insert(self, job: Document) -> Document:
        """The job as stored: the first one stands when it is inserted again."""
        try:
            await self._imports.insert_one(job)
        except DuplicateKeyError:
            return await self._imports.find_one({"_id": job["_id"]}) or job
        return job

    async def find(self, whose: Whose, import_id: str) -> Document | None:
        """One job, None when there is none or it is another brand's."""
        return await self._imports.find_one({**owned_by(whose), "_id": {"$eq": import_id}})

    async def claim(self, lease_s: float) -> Document | None:
        """The job that has waited longest, ours until the lease ends; None when nothing is due.

        A job whose replica died is due again when its lease ends, and goes on where it was saved.
        """
        moment = now()
        return await self._imports.find_one_and_update(
            {"due_at": {"$type": "date", "$lte": moment}},
            {
                "$set": {"due_at": moment + timedelta(seconds=lease_s), "status": "running"},
                "$inc": {"epoch": 1, "version": 1},
            },
            sort=[("due_at", ASCENDING)],
            return_document=ReturnDocument.AFTER,
        )

    async def advance(
        self, job: Document, fields: dict[str, Any], rejected: list[Document], due_in_s: float
    ) -> Document | None:
        """The job as saved and still ours for `due_in_s`; None when another claimed it since."""
        return await self._save(
            job,
            {
                "$set": {**fields, "due_at": now() + timedelta(seconds=due_in_s)},
                "$push": {"rejected": {"$each": rejected, "$slice": MAX_REJECTED_SHOWN}},
                "$inc": {"version": 1},
            },
        )

    async def wait(self, job: Document, delay_s: float) -> None:
        """Go on later: the store does not answer now."""
        update: Document = {
            "$set": {
                "due_at": now() + timedelta(seconds=delay_s),
                "failing_since": job["failing_since"] or now(),
            },
            "$inc": {"version": 1, "attempts": 1},
        }
        await self._save(job, update)

    async def finish(self, job: Document, fields: dict[str, Any]) -> None:
        """The job is over; `fields` say how it ended."""
        update: Document = {
            "$set": {**fields, "finished_at": now()},
            "$unset": {"due_at": ""},
            "$inc": {"version": 1},
        }
        await self._save(job, update)

    async def _save(self, job: Document, update: Document) -> Document | None:
        return await self._imports.find_one_and_update(
            {"_id": job["_id"], "epoch": job["epoch"]},
            update,
            return_document=ReturnDocument.AFTER,
        )
