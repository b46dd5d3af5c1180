"""What a service's OpenAPI document says beyond its routes: problems, retries, edits, keys.

FastAPI knows parameters and bodies. What holds for all services alike is added here, by rule:
POSTs that make something take an Idempotency-Key, edits take If-Match, failures are problems.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from giftstream.http.idempotency import HEADER as IDEMPOTENCY_KEY
from giftstream.http.problems import MEDIA_TYPE

_TEXT = {"type": "string"}
_REASON = {
    "type": "object",
    "required": ["code", "detail"],
    "properties": {
        "code": _TEXT | {"description": "For programs."},
        "detail": _TEXT | {"description": "For people: what to do about it."},
        "path": {"type": ["string", "null"], "description": "The field, as in lines[0].quantity."},
    },
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` and `reasons` are for programs, `detail` is for people.",
    "required": [
        *("type", "title", "status", "detail"),
        *("instance", "code", "reasons", "correlation_id"),
    ],
    "properties": {
        "type": _TEXT | {"description": "urn:giftstream:problem:<code>"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "instance": _TEXT | {"description": "The path that was asked for."},
        "code": _TEXT,
        "reasons": {"type": "array", "items": _REASON},
        "correlation_id": _TEXT | {"description": "Find the request by it in our log."},
    },
}
_SAID = {
    "401": ("Unauthorized", "No valid key: `Authorization: Bearer <key>` is needed."),
    "403": ("Forbidden", "The key does not have the scope that this needs."),
    "404": ("NotFound", "There is no such thing, or it is another brand's."),
    "409": ("Conflict", "It cannot be done as things stand, or the same request is running."),
    "412": ("Stale", "It was changed since that ETag: read it again and repeat the edit."),
    "422": ("Invalid", "The request is not as described here; `reasons` say where."),
    "503": ("Unavailable", "What this needs does not answer: the same request may work later."),
    "default": ("Failed", "Any other failure."),
}
_RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
}
_PARAMETERS = {
    "IdempotencyKey": {
        "name": IDEMPOTENCY_KEY,
        "in": "header",
        "required": False,
        "description": "Yours, 1-255 printable characters: the same key and body get the same "
        "answer, another body under it gets 422. So for seven days; a key that is used again after "
        "that counts as new. It finds what the first call made, but for secrets: an API key or a "
        "publisher's secret (POST /brands/{id}/keys, /publishers) is made anew under the same "
        "name, and the one before it holds no longer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "The ETag that the last read showed; without it the edit overwrites.",
        "schema": {"type": "string"},
    },
}


class DescribedApi(FastAPI):
    """An application whose OpenAPI document tells failures, keys and retries too."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if not self.openapi_schema:
            self.openapi_schema = describe(super().openapi())
        return self.openapi_schema


def operation_id(route: APIRoute) -> str:
    """The handler's name: what clients made from the document will call it."""
    return route.name


def describe(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what holds for every route; changes it in place."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for replaced in ("HTTPValidationError", "ValidationError"):
        schemas.pop(replaced, None)
    schemas["Problem"] = _PROBLEM
    components["responses"] = {name: _response(code, said) for code, (name, said) in _SAID.items()}
    components["parameters"] = _PARAMETERS
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _describe(path, method, operation)
            if method == "patch":
                _leaves_out(schemas, operation)
    return document


def _leaves_out(schemas: dict[str, Any], edit: dict[str, Any]) -> None:
    # What an edit leaves out stays as it is: a client that fills in defaults would overwrite it.
    body = edit.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
    for field in schemas.get(name, {}).get("properties", {}).values():
        field.pop("default", None)


def _describe(path: str, method: str, operation: dict[str, Any]) -> None:
    said = operation["operationId"].replace("_", " ")
    if operation["summary"] == said.title():  # FastAPI's own; a route may say it better
        operation["summary"] = said.capitalize().replace(" api ", " API ")
    responses = operation["responses"]
    codes = {"503", "default"} | (responses.keys() & {"422"})
    if "security" in operation:
        codes |= {"401"} | ({"403"} if any(map(_scoped, operation["security"])) else set())
    if "{" in path:
        codes.add("404")
    if method == "post" and responses.keys() & {"201", "202"}:
        codes |= {"409", "422"}
        _takes(operation, "IdempotencyKey")
    if method in {"patch", "put"}:
        codes |= {"409", "412"}
        _takes(operation, "IfMatch")
    for code in sorted(codes):
        responses[code] = {"$ref": f"#/components/responses/{_SAID[code][0]}"}


def _scoped(requirement: dict[str, list[str]]) -> bool:
    return any(requirement.values())


def _takes(operation: dict[str, Any], parameter: str) -> None:
    found = operation.setdefault("parameters", [])
    found.append({"$ref": f"#/components/parameters/{parameter}"})


def _response(code: str, said: str) -> dict[str, Any]:
    problem = {"$ref": "#/components/schemas/Problem"}
    response: dict[str, Any] = {"description": said, "content": {MEDIA_TYPE: {"schema": problem}}}
    return response | ({"headers": _RETRY_AFTER} if code == "503" else {})
