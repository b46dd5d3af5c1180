"""Probes tell the truth in time, and calls between services fail in two ways only."""

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest
import structlog
from fastapi import FastAPI
from giftstream.failures import Transient
from giftstream.http.clients import InternalClient
from giftstream.http.health import Health
from giftstream.http.problems import Problem
from giftstream.tracing import new_traceparent, traced
from prometheus_client import CollectorRegistry, Counter


async def works() -> None:
    return None


async def fails() -> None:
    raise ConnectionError("no primary")


async def hangs() -> None:
    await asyncio.Event().wait()


def probes(health: Health) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(health.router())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x")


async def test_ready_names_what_fails_and_live_stays() -> None:
    health = Health("svc", CollectorRegistry())
    health.check("mongo", works)
    async with probes(health) as client:
        assert (await client.get("/ready")).json()["checks"] == {"mongo": "ok"}
        health.check("kafka", fails)
        answer = await client.get("/ready")
        assert answer.status_code == 503
        checks = {"mongo": "ok", "kafka": "ConnectionError: no primary"}
        assert answer.json()["checks"] == checks
        assert (await client.get("/live")).status_code == 200


async def test_checks_that_hang_are_cut_off_together() -> None:
    health = Health("svc", CollectorRegistry())
    for name in ("a", "b", "c"):
        health.check(name, hangs)
    began = time.monotonic()
    assert set(await health.troubles()) == {"a", "b", "c"}
    assert time.monotonic() - began < 4.0


async def test_metrics_are_the_services_own_and_the_processes() -> None:
    registry = CollectorRegistry()
    Counter("gifts", "Gifts made.", registry=registry).inc()
    async with probes(Health("svc", registry)) as client:
        said = (await client.get("/metrics")).text
    assert "gifts_total 1.0" in said
    assert "process_resident_memory_bytes" in said


def client(answer: Callable[[httpx.Request], httpx.Response]) -> InternalClient:
    return InternalClient("http://svc", "token", transport=httpx.MockTransport(answer))


async def test_a_call_carries_our_token_and_what_it_belongs_to() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"a": 1})

    trace = new_traceparent()
    with structlog.contextvars.bound_contextvars(correlation_id="c-1"), traced(trace):
        assert await client(answer).get("/internal/x", limit=2) == {"a": 1}
    (request,) = seen
    assert request.headers["authorization"] == "Bearer token"
    assert request.headers["x-correlation-id"] == "c-1"
    assert request.headers["traceparent"] == trace
    assert str(request.url) == "http://svc/internal/x?limit=2"


@pytest.mark.parametrize("odd", ["a?b", "a#b", "%2e%2e", "a b", "é", "a\\b"])
async def test_an_odd_id_stays_one_segment(odd: str) -> None:
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path)
        return httpx.Response(404)

    assert await client(answer).get(f"/internal/stores/{odd}/access") is None
    assert seen[0].count(b"/") == 4
    assert b"?" not in seen[0]


async def test_an_id_cannot_climb_out_of_its_route() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"asked for {request.url}")

    assert await client(answer).get("/internal/stores/../brands") is None


@pytest.mark.parametrize("status", [401, 408, 429, 500, 502, 503])
async def test_what_may_pass_is_transient(status: int) -> None:
    with pytest.raises(Transient):
        await client(lambda _: httpx.Response(status)).get("/internal/x")


async def test_no_connection_and_no_json_are_transient() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(Transient):
        await client(refuse).get("/internal/x")
    with pytest.raises(Transient):
        await client(lambda _: httpx.Response(200, text="<html>")).get("/internal/x")


async def test_a_refusal_is_told_with_its_reasons() -> None:
    reasons = [{"code": "permission_denied", "detail": "write_orders"}]
    body = {"code": "store_disconnected", "detail": "No.", "reasons": reasons}
    with pytest.raises(Problem) as caught:
        await client(lambda _: httpx.Response(409, json=body)).get("/internal/x")
    assert (caught.value.status, caught.value.code) == (409, "store_disconnected")
    assert caught.value.reasons[0].detail == "write_orders"
