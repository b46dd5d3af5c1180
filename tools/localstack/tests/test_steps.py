"""Set-up steps against a service that answers over (in-memory) HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from localstack.errors import StackError
from localstack.stack.steps import Steps


class Service:
    """Answers from a list, the last answer again and again; keeps what it was asked."""

    def __init__(self, *answers: tuple[int, dict[str, Any]]) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return httpx.Response(status, json=body)


def steps(service: Service, kept: dict[str, Any], keep: Callable[[], None] = lambda: None) -> Steps:
    http = httpx.AsyncClient(transport=httpx.MockTransport(service))
    return Steps(http, kept, keep)


async def test_a_step_is_repeated_until_the_service_knows_what_it_builds_on() -> None:
    service = Service((404, {}), (409, {}), (201, {"store_id": "s"}))
    kept: dict[str, Any] = {"installation": "i"}
    assert await steps(service, kept).once("store", "http://x/stores", {}) == {"store_id": "s"}
    assert len(service.asked) == 3
    assert {request.headers["Idempotency-Key"] for request in service.asked} == {"demo-i-store"}


async def test_a_step_that_was_done_is_not_asked_again() -> None:
    service = Service((201, {"brand_id": "b"}))
    kept: dict[str, Any] = {"installation": "i"}
    for _ in range(2):
        assert await steps(service, kept).once("brand", "http://x", {}) == {"brand_id": "b"}
    assert len(service.asked) == 1


async def test_a_refused_step_fails_at_once_with_the_services_words() -> None:
    service = Service((400, {"detail": "a limit is missing"}))
    with pytest.raises(StackError, match=r"publish was refused: 400 .*a limit is missing"):
        await steps(service, {"installation": "i"}).once("publish", "http://x", {})
    assert len(service.asked) == 1


async def test_a_failed_job_fails_the_set_up() -> None:
    service = Service((200, {"status": "running"}), (200, {"status": "failed"}))
    with pytest.raises(StackError, match="import did not end well"):
        await steps(service, {"installation": "i"}).finished("import", "http://x/imports/1")
