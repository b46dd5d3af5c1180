"""docs/openapi tells every route of every service, and is as the code is now."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from specs.webhooks import ANSWERS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SERVICES = ("campaign", "order-placement", "store-sync", "notification")
METHODS = {"get", "post", "put", "patch", "delete"}
WRITTEN = ("asyncapi/giftstream.json", *(f"openapi/{n}.json" for n in (*SERVICES, "webhooks")))


def document(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DOCS / "openapi" / f"{name}.json").read_text("utf-8"))
    return read


def operations(name: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document(name)["paths"].items()
        for method, operation in methods.items()
    ]


def handlers_that_use(service: str, function: str) -> set[str]:
    """Names of the route handlers whose code calls this."""
    api = ROOT / "services" / service / "src" / service.replace("-", "_") / "api"
    return {
        node.name
        for path in api.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.AsyncFunctionDef)
        and any(isinstance(one, ast.Name) and one.id == function for one in ast.walk(node))
    }


def that_take(service: str, parameter: str) -> set[str]:
    """Operations that say they take a parameter."""
    wanted = {"$ref": f"#/components/parameters/{parameter}"}
    return {
        operation["operationId"]
        for _, _, operation in operations(service)
        if wanted in operation.get("parameters", [])
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents written anew, in a process of their own."""
    folder = tmp_path_factory.mktemp("docs")
    program = [sys.executable, "-m", "specs", str(folder)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", WRITTEN)
def test_the_document_in_docs_is_current(made: Path, name: str) -> None:
    assert (DOCS / name).read_bytes() == (made / name).read_bytes(), "run make specs"


def test_nothing_is_documented_that_is_gone() -> None:
    kept = [*(DOCS / "asyncapi").iterdir(), *(DOCS / "openapi").iterdir()]
    assert {str(path.relative_to(DOCS)) for path in kept} == set(WRITTEN)


@pytest.mark.parametrize("name", [*SERVICES, "webhooks"])
def test_it_has_what_openapi_asks_for(name: str) -> None:
    spec = document(name)
    assert spec["openapi"].startswith("3.1.")
    assert spec["info"].keys() >= {"title", "version"}
    found = operations(name)
    ids = [operation["operationId"] for _, _, operation in found]
    assert len(ids) == len(set(ids)), "two handlers of one service have the same name"
    for path, method, operation in found:
        assert method in METHODS
        assert operation["summary"]
        assert operation["tags"]
        declared = {one.get("name") for one in operation.get("parameters", []) if "in" in one}
        assert set(re.findall(r"{(\w+)}", path)) <= declared
        for answer in operation["responses"].values():
            assert "$ref" in answer or answer["description"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_reference_leads_somewhere(name: str) -> None:
    spec = document(name)
    for pointer in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(spec))):
        found: Any = spec
        for step in pointer.removeprefix("#/").split("/"):
            found = found[step]
        assert found, pointer


@pytest.mark.parametrize("name", SERVICES)
def test_no_route_is_open_and_every_failure_is_a_problem(name: str) -> None:
    schemes = document(name)["components"]["securitySchemes"]
    for path, method, operation in operations(name):
        wanted = "ServiceToken" if path.startswith("/internal/") else "Key"
        assert [*operation["security"][0]] == [wanted], f"{method} {path}"
        assert schemes[wanted]["scheme"] == "bearer"
        assert operation["responses"].keys() >= {"401", "503", "default"}
        for code, answer in operation["responses"].items():
            assert code.startswith("2") or "$ref" in answer, f"{method} {path} {code}"


@pytest.mark.parametrize("service", SERVICES)
def test_what_may_be_repeated_or_stale_is_what_says_so(service: str) -> None:
    assert that_take(service, "IdempotencyKey") == handlers_that_use(service, "idempotent")
    assert that_take(service, "IfMatch") == handlers_that_use(service, "check_if_match")


def test_the_public_route_answers_what_its_document_says() -> None:
    edge = ROOT / "services/store-sync/src/store_sync/api/webhooks.py"
    answers = re.findall(r"(?:_Refused\(|return )(\d{3})\b", edge.read_text("utf-8"))
    assert set(answers) == set(ANSWERS)
