"""What holds for all services alike is in their OpenAPI documents."""

import json
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends
from giftstream.http.access import Access, Caller
from giftstream.http.app import create_api
from giftstream.http.health import Health
from prometheus_client import CollectorRegistry
from pydantic import BaseModel


class Words(BaseModel):
    note: str = ""


class Edit(BaseModel):
    note: str = ""


@pytest.fixture
def document(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "tokens").write_text(json.dumps({"campaign": "t"}))
    access = Access(admin_key="k", service_tokens_file=tmp_path / "tokens")
    app = create_api("test", Health("test", CollectorRegistry()))
    writer = Annotated[Caller, Depends(access.require("orders:write"))]

    @app.post("/orders", status_code=201)
    async def make_order(caller: writer, body: dict[str, str]) -> str:
        return ""

    @app.patch("/orders/{order_id}", summary="Mend it")
    async def edit_order(order_id: str, caller: writer, body: Edit) -> str:
        return ""

    @app.put("/orders/{order_id}/words")
    async def put_words(order_id: str, caller: writer, body: Words) -> str:
        return ""

    @app.get("/internal/orders", dependencies=[Depends(access.internal())])
    async def list_orders() -> str:
        return ""

    made: dict[str, Any] = app.openapi()
    assert app.openapi() is made
    return made


def test_a_route_names_the_scope_that_it_needs(document: dict[str, Any]) -> None:
    paths = document["paths"]
    assert paths["/orders"]["post"]["security"] == [{"Key": ["orders:write"]}]
    assert paths["/internal/orders"]["get"]["security"] == [{"ServiceToken": []}]


def test_failures_are_problems(document: dict[str, Any]) -> None:
    making = document["paths"]["/orders"]["post"]["responses"]
    assert set(making) == {"201", "401", "403", "409", "422", "503", "default"}
    for code, said in making.items():
        if code != "201":
            named = document["components"]["responses"][said["$ref"].split("/")[-1]]
            assert list(named["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_what_may_be_repeated_and_what_may_be_stale_says_so(document: dict[str, Any]) -> None:
    making = document["paths"]["/orders"]["post"]
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in making["parameters"]
    edits = document["paths"]["/orders/{order_id}"], document["paths"]["/orders/{order_id}/words"]
    for edit in (edits[0]["patch"], edits[1]["put"]):
        assert {"$ref": "#/components/parameters/IfMatch"} in edit["parameters"]
        assert {"404", "412"} <= set(edit["responses"])


def test_a_summary_is_a_sentence_and_a_routes_own_one_stays(document: dict[str, Any]) -> None:
    assert document["paths"]["/orders"]["post"]["summary"] == "Make order"
    assert document["paths"]["/orders"]["post"]["operationId"] == "make_order"
    assert document["paths"]["/orders/{order_id}"]["patch"]["summary"] == "Mend it"


def test_what_an_edit_may_leave_out_has_no_default(document: dict[str, Any]) -> None:
    note = document["components"]["schemas"]["Edit"]["properties"]["note"]
    assert note == {"type": "string", "title": "Note"}
    assert document["components"]["schemas"]["Words"]["properties"]["note"]["default"] == ""
