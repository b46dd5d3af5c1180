"""Is the process alive, can it work, and what does it count."""

import asyncio
from collections.abc import Awaitable, Callable

import orjson
from fastapi import APIRouter, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

CHECK_DEADLINE_S = 2.0

Check = Callable[[], Awaitable[object]]


class Health:
    """`/live`, `/ready` and `/metrics` of one service."""

    def __init__(self, service: str, registry: CollectorRegistry) -> None:
        self._service = service
        self._registry = registry
        self._checks: dict[str, Check] = {}
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)

    def check(self, name: str, run: Check) -> None:
        """Ready only while `run()` returns; what it raises is shown as the trouble."""
        self._checks[name] = run

    async def troubles(self) -> dict[str, str]:
        """What does not work now, by name; every check has two seconds, all at once."""
        answers = await asyncio.gather(
            *(_within_deadline(run) for run in self._checks.values()), return_exceptions=True
        )
        troubles = {}
        for name, answer in zip(self._checks, answers, strict=True):
            if isinstance(answer, BaseException):
                troubles[name] = _told(answer)
        return troubles

    def router(self) -> APIRouter:
        """The three routes, for the internal listener only."""
        router = APIRouter(include_in_schema=False)

        @router.get("/live")
        async def live() -> Response:
            return _json(200, {"status": "ok", "service": self._service})

        @router.get("/ready")
        async def ready() -> Response:
            troubles = await self.troubles()
            checks = {name: troubles.get(name, "ok") for name in self._checks}
            word = "failing" if troubles else "ok"
            return _json(
                503 if troubles else 200,
                {"status": word, "service": self._service, "checks": checks},
            )

        @router.get("/metrics")
        async def metrics() -> Response:
            return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

        return router


async def _within_deadline(run: Check) -> None:
    async with asyncio.timeout(CHECK_DEADLINE_S):
        await run()


def _told(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {CHECK_DEADLINE_S:.0f} s"
    return f"{type(error).__name__}: {error}"[:200]


def _json(status: int, body: object) -> Response:
    return Response(orjson.dumps(body), status_code=status, media_type="application/json")
