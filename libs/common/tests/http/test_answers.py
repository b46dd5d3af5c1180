"""Whatever goes wrong leaves as one problem document that tells nothing of the inside."""

from typing import Annotated, Any, Literal

import httpx
import pytest
from fastapi import FastAPI
from giftstream.events import Reason
from giftstream.failures import Transient
from giftstream.http.app import create_api
from giftstream.http.health import Health
from giftstream.http.problems import Problem
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, ConfigDict, Field

FIELDS = {
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "code",
    "reasons",
    "correlation_id",
}


class NewThing(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    number: int
    text: Any = None
    limit: Annotated[int, Field(ge=0, le=5)] | Literal["unlimited"] = 0


def application() -> FastAPI:
    app = create_api("things", Health("things", CollectorRegistry()))

    @app.post("/things", status_code=201)
    async def make(body: NewThing) -> int:
        return body.number

    @app.get("/things/{kind}")
    async def fail(kind: str) -> None:
        raise {
            "problem": Problem(409, "busy", "Later.", [Reason(code="needs_review", detail="x")]),
            "away": Transient("canary", retry_after_s=6.6),
            "mistake": RuntimeError("canary"),
        }[kind]

    return app


@pytest.fixture
def client() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(application(), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://things")


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(body) == FIELDS
    assert body["type"] == f"urn:giftstream:problem:{code}"
    assert body["correlation_id"] == answer.headers["x-correlation-id"]
    assert "canary" not in answer.text
    return body


async def test_a_problem_is_told_as_it_was_raised(client: httpx.AsyncClient) -> None:
    body = problem(await client.get("/things/problem"), 409, "busy")
    assert body["detail"] == "Later."
    assert body["instance"] == "/things/problem"
    assert body["reasons"] == [{"code": "needs_review", "detail": "x", "path": None}]


async def test_what_may_pass_is_503_with_a_time_to_wait(client: httpx.AsyncClient) -> None:
    answer = await client.get("/things/away")
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "7"


async def test_a_mistake_of_ours_tells_nothing_but_its_id(client: httpx.AsyncClient) -> None:
    answer = await client.get("/things/mistake", headers={"X-Correlation-Id": "mine-1"})
    assert problem(answer, 500, "internal_error")["correlation_id"] == "mine-1"


@pytest.mark.parametrize("given", ["a b", "x" * 65, "<script>", ""])
async def test_an_odd_correlation_id_is_replaced(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/things/problem", headers={"X-Correlation-Id": given})
    assert answer.headers["x-correlation-id"] != given


async def test_unknown_addresses_and_methods_are_problems(client: httpx.AsyncClient) -> None:
    problem(await client.get("/nowhere"), 404, "not_found")
    problem(await client.get("/things"), 405, "method_not_allowed")


async def test_an_invalid_body_names_each_field_without_its_value(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/things", json={"number": "canary", "status": "canary"})
    body = problem(answer, 422, "invalid_request")
    assert [one["path"] for one in body["reasons"]] == ["number", "status"]


async def test_a_field_of_several_kinds_is_named_once_and_by_its_own_name(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/things", json={"number": 1, "limit": 6})
    (found,) = problem(answer, 422, "invalid_request")["reasons"]
    assert found["path"] == "limit"
    assert found["detail"] == "This must be at most 5. Or: This must be 'unlimited'."


@pytest.mark.parametrize(
    "raw",
    [
        b"{canary",
        b'{"number": NaN}',
        b'{"number": 1} {}',
        b"\xff\xfe",
        b'{"number": 1, "text": ' + b"[" * 32 + b"]" * 32 + b"}",
        b'{"number": 1, "text": ' + b"[{" * 100_000,
        b'{"number": 1, "text": ' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}",
    ],
)
async def test_json_that_is_none_or_too_deep_is_400(client: httpx.AsyncClient, raw: bytes) -> None:
    headers = {"content-type": "application/json"}
    problem(await client.post("/things", content=raw, headers=headers), 400, "invalid_json")


async def test_json_of_31_more_levels_and_brackets_in_texts_is_fine(
    client: httpx.AsyncClient,
) -> None:
    deep = b'{"number": 1, "text": ' + b"[" * 31 + b'"[[[\\"{{{"' + b"]" * 31 + b"}"
    headers = {"content-type": "application/json"}
    assert (await client.post("/things", content=deep, headers=headers)).status_code == 201
    wide = {"number": 1, "text": [{"a": ["\\", '"[']}] * 2000}
    assert (await client.post("/things", json=wide)).status_code == 201


async def test_a_body_too_large_is_413_told_or_counted(client: httpx.AsyncClient) -> None:
    problem(await client.post("/things", content=b"x" * 1_048_577), 413, "body_too_large")

    async def endless() -> Any:
        for _ in range(1000):
            yield b"x" * 65_536

    problem(await client.post("/things", content=endless()), 413, "body_too_large")


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain"])
async def test_a_body_that_does_not_say_it_is_json_is_415_and_told_how_to_say_it(
    client: httpx.AsyncClient, content_type: str
) -> None:
    headers = {"content-type": content_type}
    answer = await client.post("/things", content=b'{"number": 1}', headers=headers)
    detail = problem(answer, 415, "unsupported_media_type")["detail"]
    assert "Content-Type: application/json" in detail
