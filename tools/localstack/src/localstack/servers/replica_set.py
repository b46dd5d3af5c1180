"""Several mongod as one replica set: initiated, watched, told to choose another primary."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from giftstream import mongo

from localstack.errors import StackError
from localstack.servers.mongo import ALREADY_INITIALIZED, REPLICA_SET, MongoServer, directly, uri_of
from localstack.waiting import until

ELECTED_WITHIN_S = 60.0
STEPPED_DOWN_S = 10
# The usual ten seconds until an election are most of a test.
SETTINGS = {"electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 500}
PRIMARY, SECONDARY = 1, 2


class ReplicaSet:
    """Its members are handles, like single servers."""

    def __init__(self, members: Sequence[MongoServer]) -> None:
        self.members = tuple(members)

    @property
    def address(self) -> str:
        """A URI under which an acknowledged write is in the journal of the majority."""
        return uri_of([one.host for one in self.members])

    async def initiate(self) -> None:
        """Once all members run; returns when one leads and the others follow."""
        hosts = [{"_id": n, "host": one.host} for n, one in enumerate(self.members)]
        config = {"_id": REPLICA_SET, "members": hosts, "settings": SETTINGS}
        admin = directly(_port(self.members[0]))
        try:
            await admin.command("replSetInitiate", config)
        except mongo.PyMongoError as error:
            if getattr(error, "code", None) != ALREADY_INITIALIZED:
                raise
        finally:
            mongo.close(admin)
        await self.whole()

    async def whole(self, *, within_s: float = ELECTED_WITHIN_S) -> None:
        """Return once one leads and all others follow; StackError when they do not in time."""

        async def is_whole() -> bool:
            states = sorted(await self._states())
            return states == [PRIMARY] + [SECONDARY] * (len(self.members) - 1)

        try:
            async with asyncio.timeout(within_s):
                await until(is_whole)
        except TimeoutError:
            raise StackError(f"the replica set is not whole within {within_s:.0f} s") from None

    async def primary(self, *, within_s: float = ELECTED_WITHIN_S) -> MongoServer:
        """The member that leads now."""
        found: list[MongoServer] = []

        async def leads() -> bool:
            asked = await asyncio.gather(*(_hello(one) for one in self.members))
            both = zip(self.members, asked, strict=True)
            found[:] = [one for one, hello in both if hello.get("isWritablePrimary")]
            return len(found) == 1

        try:
            async with asyncio.timeout(within_s):
                await until(leads)
        except TimeoutError:
            raise StackError(f"no member leads within {within_s:.0f} s") from None
        return found[0]

    async def step_down(self) -> MongoServer:
        """Let the primary give up, for so long at least; the one that led."""
        leading = await self.primary()
        admin = directly(_port(leading))
        # It may close the connection instead of answering.
        with suppress(mongo.PyMongoError):
            await admin.command("replSetStepDown", STEPPED_DOWN_S, force=True)
        mongo.close(admin)
        return leading

    async def _states(self) -> list[int]:
        for member in self.members:
            admin = directly(_port(member))
            try:
                status = await admin.command("replSetGetStatus")
            except mongo.PyMongoError:
                continue
            finally:
                mongo.close(admin)
            return [one["state"] for one in status["members"]]
        return []


async def _hello(member: MongoServer) -> dict[str, Any]:
    admin = directly(_port(member))
    try:
        return dict(await admin.command("hello"))
    except mongo.PyMongoError:
        return {}
    finally:
        mongo.close(admin)


def _port(member: MongoServer) -> int:
    return int(member.host.rpartition(":")[2])
