"""Every way Shopify answers."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from graphql import GraphQLError
from starlette.types import Send

from simulator.database import Document

JSON = b"application/json; charset=utf-8"
HTML = b"text/html; charset=utf-8"
PAGE = (
    b"<!DOCTYPE html><html><head><title>Something went wrong</title></head><body>%s</body></html>"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and its type."""

    status: int
    body: bytes
    content_type: bytes = JSON

    @classmethod
    def json(cls, status: int, body: Document) -> Answer:
        """A JSON body."""
        return cls(status, orjson.dumps(body))

    def cut(self) -> Answer:
        """The first half of the body, as if it were all."""
        return Answer(self.status, self.body[: len(self.body) // 2], self.content_type)

    async def send(self, send: Send) -> None:
        """Writes it out."""
        headers = [
            (b"content-type", self.content_type),
            (b"content-length", str(len(self.body)).encode()),
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


UNAUTHORIZED = Answer.json(
    401,
    {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"},
)
NOT_FOUND = Answer.json(404, {"errors": "Not Found"})
NOT_ALLOWED = Answer.json(405, {"errors": "Method Not Allowed"})
NO_QUERY = Answer.json(400, {"errors": {"query": "Required parameter missing or invalid"}})
TOO_LARGE = Answer.json(413, {"errors": "Payload Too Large"})
BAD_GATEWAY = Answer(502, PAGE % b"502 Bad Gateway", HTML)
MAINTENANCE = Answer(200, PAGE % b"We are doing maintenance.", HTML)


def no_such_store(path: str) -> Answer:
    """Shopify's own 404 says nothing; a simulator may be clearer."""
    return Answer.json(
        404, {"errors": "Not Found", "detail": f"the simulator has no store at {path}"}
    )


def throttled(requested: int, status: Document) -> Answer:
    """HTTP 200, as Shopify does it."""
    error = {
        "message": "Throttled",
        "extensions": {
            "code": "THROTTLED",
            "documentation": "https://shopify.dev/api/usage/rate-limits",
        },
    }
    cost = {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}
    return Answer.json(200, {"errors": [error], "extensions": {"cost": cost}})


def too_costly(requested: int, largest: int) -> Answer:
    """A single query above the limit is never run."""
    error = {
        "message": f"Query cost is {requested}, which exceeds the single query max cost limit "
        f"({largest}).",
        "extensions": {"code": "MAX_COST_EXCEEDED", "cost": requested, "maxCost": largest},
    }
    return Answer.json(200, {"errors": [error]})


def rejected(errors: tuple[GraphQLError, ...]) -> Answer:
    """A document that does not parse or does not fit the schema."""
    return Answer.json(
        200, {"errors": [error_body(error, "graphqlValidation") for error in errors]}
    )


def error_body(error: GraphQLError, code: str) -> Document:
    """`{message, locations, path, extensions{code}}`."""
    body: Document = {"message": error.message}
    if error.locations:
        body["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        body["path"] = list(error.path)
    body["extensions"] = {"code": code} | (error.extensions or {})
    return body
