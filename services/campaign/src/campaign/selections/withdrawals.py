"""The collection `withdrawals`: that a selection is not wanted any more, with its event."""

from giftstream.mongo import Collection, Database, Document, DuplicateKeyError

WITHDRAWALS = "withdrawals"


class Withdrawals:
    """One a selection, of the selection's own id: the first one stands."""

    def __init__(self, database: Database) -> None:
        self._withdrawals: Collection = database[WITHDRAWALS]

    async def ensure_indexes(self) -> None:
        """They are only ever looked for by id: nothing to do."""

    async def insert(self, withdrawal: Document) -> Document:
        """The withdrawal as stored."""
        try:
            await self._withdrawals.insert_one(withdrawal)
        except DuplicateKeyError:
            stored = await self._withdrawals.find_one({"_id": withdrawal["_id"]})
            return stored or withdrawal
        return withdrawal
