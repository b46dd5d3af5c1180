"""A parameter that no route knows is a mistake to tell: ignored, a filter would let all through."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from giftstream.events import Reason
from giftstream.http.problems import Problem

LONGEST_NAME = 100


async def known_parameters(request: Request) -> None:
    """Raises Problem 422 `invalid_request` that names each query parameter the route has not."""
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    known = set(_names(route.dependant))
    odd = sorted(set(request.query_params) - known)
    if odd:
        there_are = f"there are: {', '.join(sorted(known))}" if known else "this takes none"
        detail = f"There is no such parameter; {there_are}."
        raise Problem(
            422,
            "invalid_request",
            "The request is not as described; see the reasons.",
            [_unknown(name, detail) for name in odd[:20]],
        )


def _names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _names(inner)


def _unknown(name: str, detail: str) -> Reason:
    return Reason(code="invalid_request", detail=detail, path=f"query.{name[:LONGEST_NAME]}")
