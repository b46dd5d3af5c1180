"""MongoDB, the only module that knows the driver (docs/decisions: motor).

Everything uses majority writes with the journal on, because weaker concerns lose acknowledged
writes at a fail-over, and one deadline for each operation with all its retries.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bson.codec_options import CodecOptions
from bson.errors import BSONError
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo import (
    ASCENDING,
    DESCENDING,
    DeleteMany,
    DeleteOne,
    IndexModel,
    InsertOne,
    ReadPreference,
    ReplaceOne,
    ReturnDocument,
    UpdateMany,
    UpdateOne,
    WriteConcern,
)
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DocumentTooLarge,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern

__all__ = [
    "ASCENDING",
    "DESCENDING",
    "DUPLICATE_KEY",
    "BulkWriteError",
    "Client",
    "Collection",
    "Database",
    "DeleteMany",
    "DeleteOne",
    "Document",
    "DuplicateKeyError",
    "IndexModel",
    "InsertOne",
    "PyMongoError",
    "ReplaceOne",
    "ReturnDocument",
    "UnstorableDocument",
    "UpdateMany",
    "UpdateOne",
    "WriteOperation",
    "close",
    "connect",
    "is_transient",
    "met_another",
    "ping",
    "server_now",
    "transaction",
]

Document = dict[str, Any]
Client = AsyncIOMotorClient[Document]
Database = AsyncIOMotorDatabase[Document]
Collection = AsyncIOMotorCollection[Document]
WriteOperation = (
    InsertOne[Document] | UpdateOne | UpdateMany | ReplaceOne[Document] | DeleteOne | DeleteMany
)

# What the encoder raises, before anything was sent, for a document that cannot be stored:
# a number beyond 64 bits, a key that is no string, more than 16 MiB.
UnstorableDocument = (BSONError, OverflowError, DocumentTooLarge)

DUPLICATE_KEY = 11000
OPERATION_DEADLINE_MS = 10_000

# A server that steps down or stops answers with these; the next primary takes the write.
_AWAY = frozenset({6, 7, 50, 89, 91, 112, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436})


def connect(uri: str, name: str, *, deadline_ms: int = OPERATION_DEADLINE_MS) -> Database:
    """The database `name`; connects at its first use. Times come back aware, in UTC."""
    client: Client = AsyncIOMotorClient(
        uri,
        tz_aware=True,
        timeoutMS=deadline_ms,
        serverSelectionTimeoutMS=deadline_ms,
        appname=name,
        maxPoolSize=50,
    )
    return client.get_database(
        name,
        codec_options=CodecOptions(tz_aware=True),
        write_concern=WriteConcern(w="majority", j=True),
        read_concern=ReadConcern("local"),
        read_preference=ReadPreference.PRIMARY,
    )


def close(database: Database) -> None:
    """Close the connections behind `database`."""
    database.client.close()


async def ping(database: Database) -> None:
    """Return when a primary answers; raises PyMongoError else."""
    hello: Mapping[str, Any] = await database.command("hello")
    if not hello.get("isWritablePrimary"):
        raise ConnectionFailure("no writable primary answers")


async def server_now(database: Database) -> Any:
    """The database server's clock (aware datetime): leases compare it, never a local clock."""
    hello: Mapping[str, Any] = await database.command("hello")
    return hello["localTime"]


@asynccontextmanager
async def transaction(database: Database) -> AsyncIterator[AsyncIOMotorClientSession]:
    """A transaction that is committed at the end, and undone when the block raises."""
    async with (
        await database.client.start_session() as session,
        session.start_transaction(
            read_concern=ReadConcern("snapshot"), write_concern=WriteConcern(w="majority", j=True)
        ),
    ):
        yield session


def met_another(error: BaseException) -> bool:
    """Whether a transaction met another one on the same document: nothing of it was done."""
    if not isinstance(error, PyMongoError) or isinstance(error, ConnectionFailure):
        return False
    return error.has_error_label("TransientTransactionError")


def is_transient(error: BaseException) -> bool:
    """Whether the same operation may succeed later: the server is away, moving or slow."""
    if isinstance(error, ConnectionFailure | WTimeoutError | TimeoutError):
        return True
    if isinstance(error, BulkWriteError):
        return bool(error.details.get("writeConcernErrors")) and not error.details["writeErrors"]
    if isinstance(error, OperationFailure) and error.code in _AWAY:
        return True
    return isinstance(error, PyMongoError) and (
        error.timeout or error.has_error_label("RetryableWriteError")
    )
