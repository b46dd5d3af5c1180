"""What a service can say of its own footing, each failure with its remedy."""

import asyncio
from dataclasses import dataclass

from giftstream.clock import now
from giftstream.mongo import Database, PyMongoError

DEADLINE_S = 8.0
PROBES = "probes"


@dataclass(frozen=True, slots=True)
class Checked:
    """One answer; `remedy` where it is no."""

    name: str
    ok: bool
    detail: str
    remedy: str | None = None


class Checks:
    """Majority writes, and the indexes that were made when the service started."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._indexes: set[tuple[str, str]] = set()

    async def note_indexes(self) -> None:
        """Those there are now; to be called once all are made."""
        self._indexes = await self._found()

    async def __call__(self) -> list[Checked]:
        """Never raises for what MongoDB does."""
        return [await self._writes(), await self._has_indexes()]

    async def _writes(self) -> Checked:
        probe = {"$set": {"at": now()}}
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self._database[PROBES].update_one({"_id": "doctor"}, probe, upsert=True)
        except (PyMongoError, TimeoutError) as error:
            return _away("mongo", error)
        return Checked("mongo", True, f"{self._database.name} takes majority writes.")

    async def _has_indexes(self) -> Checked:
        try:
            async with asyncio.timeout(DEADLINE_S):
                missing = self._indexes - await self._found()
        except (PyMongoError, TimeoutError) as error:
            return _away("indexes", error)
        if missing:
            names = ", ".join(f"{collection}.{name}" for collection, name in sorted(missing))
            remedy = "Restart the service: it makes them anew, which takes time on much data."
            return Checked("indexes", False, f"Dropped since the start: {names}.", remedy)
        return Checked("indexes", True, f"All {len(self._indexes)} are there.")

    async def _found(self) -> set[tuple[str, str]]:
        found = set()
        for collection in await self._database.list_collection_names():
            async for index in self._database[collection].list_indexes():
                found.add((collection, index["name"]))
        return found


def _away(name: str, error: Exception) -> Checked:
    detail = f"MongoDB takes no majority write now ({type(error).__name__})."
    remedy = "See that a majority of the replica set runs and has a primary (`rs.status()`)."
    return Checked(name, False, detail, remedy)
