"""`/admin`: for the admin key alone, on the internal listener; `giftstream` drives it."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from giftstream.events.fields import Id
from giftstream.http.access import Access, Caller
from giftstream.http.problems import Problem
from giftstream.logs import log
from giftstream.operations.checks import Checks
from giftstream.operations.paged import Batch
from giftstream.operations.republish import Republish
from giftstream.operations.rewrap import Rewrap
from giftstream.outbox import Outbox

SWEEP_WITHIN_S = 20.0
MOST_ROUNDS = 1000

Answer = dict[str, Any]


class RepublishBatch(Batch):
    """What to tell anew, of one brand or of all."""

    what: str = Field(max_length=40)
    brand_id: Id | None = None


class RewrapBatch(Batch):
    """A part of the sealed values; with `dry_run` they are only counted."""

    dry_run: bool = False


def operations_api(
    access: Access, checks: Checks, outbox: Outbox, republish: Republish, rewrap: Rewrap
) -> APIRouter:
    """Checks, outbox, republish and rewrap of one service."""
    router = APIRouter(prefix="/admin", tags=["operations"])
    administrator = Depends(access.admin())
    _add_outbox(router, administrator, checks, outbox)
    _add_republish(router, administrator, republish)
    _add_rewrap(router, administrator, rewrap)
    return router


def _add_outbox(router: APIRouter, administrator: Any, checks: Checks, outbox: Outbox) -> None:
    @router.get("/checks", summary="Check what this service stands on")
    async def check(_: Annotated[Caller, administrator]) -> Answer:
        found = await checks()
        return {"ok": all(one.ok for one in found), "checks": [asdict(one) for one in found]}

    @router.get("/outbox", summary="Count events not yet published")
    async def pending(_: Annotated[Caller, administrator]) -> Answer:
        return {"pending": await outbox.pending()}

    @router.post("/outbox/sweep", summary="Publish what a crash left in the outbox")
    async def sweep(_: Annotated[Caller, administrator]) -> Answer:
        swept = await _sweep(outbox)
        log.info("outbox.swept", count=swept)
        return {"swept": swept, "pending": await outbox.pending()}


async def _sweep(outbox: Outbox) -> int:
    """Until nothing waits that is old enough to be a crash's, or the time is over."""
    total, loop = 0, asyncio.get_running_loop()
    until = loop.time() + SWEEP_WITHIN_S
    for _ in range(MOST_ROUNDS):
        swept = await outbox.sweep()
        total += swept
        if not swept or loop.time() > until:
            break
    return total


def _add_republish(router: APIRouter, administrator: Any, republish: Republish) -> None:
    @router.get("/republish", summary="Count what could be told anew")
    async def counts(
        _: Annotated[Caller, administrator], brand_id: Annotated[Id | None, Query()] = None
    ) -> Answer:
        return {
            "items": [
                {"what": what, "topic": state.topic, "count": await republish.count(what, brand_id)}
                for what, state in republish.states.items()
            ]
        }

    @router.post("/republish", summary="Tell a batch of states anew")
    async def tell_anew(_: Annotated[Caller, administrator], asked: RepublishBatch) -> Answer:
        if asked.what not in republish.states:
            known = ", ".join(republish.states) or "nothing"
            raise Problem(422, "not_owned", f"This service owns {known}.")
        told = await republish.batch(asked.what, asked.brand_id, asked.cursor, asked.limit)
        log.info("state.republished", kind=asked.what, count=told.done, brand_id=asked.brand_id)
        return asdict(told)


def _add_rewrap(router: APIRouter, administrator: Any, rewrap: Rewrap) -> None:
    @router.get("/rewrap", summary="Count documents sealed under older keys")
    async def sealed(_: Annotated[Caller, administrator]) -> Answer:
        return {"key_id": rewrap.key_id, "documents": await rewrap.count()}

    @router.post("/rewrap", summary="Seal a batch under the newest key")
    async def wrap_anew(_: Annotated[Caller, administrator], asked: RewrapBatch) -> Answer:
        done = await rewrap.batch(asked.cursor, asked.limit, really=not asked.dry_run)
        log.info("keys.rewrapped", count=done.rewrapped, key_id=rewrap.key_id)
        return {"key_id": rewrap.key_id, **asdict(done)}
