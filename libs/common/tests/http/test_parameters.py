"""A mistyped filter is refused with what there is, never ignored."""

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from giftstream.http.app import create_api
from giftstream.http.health import Health
from giftstream.http.paging import Paged
from giftstream.http.parameters import known_parameters
from prometheus_client import CollectorRegistry


def application() -> FastAPI:
    router = APIRouter()

    @router.get("/things")
    async def things(paging: Paged, status: str = "any") -> str:
        return status

    @router.post("/things/{thing_id}/open")
    async def opened(thing_id: str) -> str:
        return thing_id

    app = create_api("things", Health("things", CollectorRegistry()))
    app.include_router(router, dependencies=[Depends(known_parameters)])
    return app


@pytest.fixture
def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(application()), base_url="http://things")


async def test_the_parameters_that_a_route_has_are_taken(client: httpx.AsyncClient) -> None:
    answer = await client.get("/things", params={"status": "held", "limit": "5"})
    assert (answer.status_code, answer.json()) == (200, "held")


async def test_each_unknown_parameter_is_named_with_those_that_there_are(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/things", params={"stauts": "held", "after": "x", "limit": "5"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    reasons = answer.json()["reasons"]
    assert [one["path"] for one in reasons] == ["query.after", "query.stauts"]
    said = "There is no such parameter; there are: cursor, limit, status."
    assert reasons[0]["detail"] == said


async def test_a_route_without_parameters_takes_none(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things/t-1/open", params={"x" * 500: "1"})
    assert answer.status_code == 422
    (found,) = answer.json()["reasons"]
    assert "this takes none" in found["detail"]
    assert len(found["path"]) < 120


async def test_probes_take_what_comes(client: httpx.AsyncClient) -> None:
    assert (await client.get("/live", params={"from": "balancer"})).status_code == 200
