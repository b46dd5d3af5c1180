"""What plans know: documents as they were read, and as the plans before left them."""

from collections.abc import AsyncIterable, Iterable
from typing import Any

from giftstream.delivery.change import DocumentKey, How, Put
from giftstream.mongo import Document


class Facts:
    """Documents by collection and id. A plan reads them; the engine folds each plan's puts in.

    Subclass it to carry further facts that do not change within a batch.
    """

    def __init__(self) -> None:
        self._documents: dict[DocumentKey, Document] = {}

    def get(self, collection: str, document_id: Any) -> Document | None:
        """The document as of now, None where there is none."""
        return self._documents.get((collection, document_id))

    def add(self, collection: str, documents: Iterable[Document]) -> None:
        """Documents as they were read."""
        for document in documents:
            self._documents[collection, document["_id"]] = document

    async def read(self, collection: str, documents: AsyncIterable[Document]) -> None:
        """The same from a cursor."""
        async for document in documents:
            self._documents[collection, document["_id"]] = document

    def fold(self, put: Put) -> None:
        """After this put the document is what the put says, unless a newer one stands."""
        if put.how is How.TELL:
            return
        if put.how is How.REMOVE:
            self._documents.pop(put.key, None)
            return
        stored = self._documents.get(put.key)
        if put.how is How.INSERT and stored is not None:
            return
        if put.how is How.NEWEST and stored and stored[put.number] >= put.document[put.number]:
            return
        self._documents[put.key] = put.document
