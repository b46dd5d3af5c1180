"""Failures as answers: whatever is raised in a request leaves as one problem document."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from giftstream.events.invalid import reasons_for
from giftstream.failures import Transient
from giftstream.http import correlation
from giftstream.http.problems import MEDIA_TYPE, Problem
from giftstream.logs import log
from giftstream.mongo import PyMongoError, is_transient

DEFAULT_RETRY_AFTER_S = 2

_STATUS_CODES = {
    400: ("bad_request", "The request could not be read."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
}


def problem_response(scope: Scope, problem: Problem) -> Response:
    """The problem as the answer to the request of this scope."""
    own = correlation.correlation_id(scope)
    return Response(
        orjson.dumps(problem.body(scope["path"], own)),
        status_code=problem.status,
        headers={**problem.headers, correlation.HEADER: own},
        media_type=MEDIA_TYPE,
    )


def _validation_problem(error: RequestValidationError) -> Problem:
    errors: list[Any] = list(error.errors())
    # A body whose content type is not JSON reaches the validation as the bytes that came.
    if any(found["loc"] == ("body",) and isinstance(found["input"], bytes) for found in errors):
        said = "Send the body as JSON, with `Content-Type: application/json`."
        return Problem(415, "unsupported_media_type", said)
    if any(found["type"] == "json_invalid" for found in errors):
        return Problem(400, "invalid_json", "The body is not valid JSON.")
    return Problem(
        422,
        "invalid_request",
        "The request is not as described; see the reasons.",
        reasons_for(errors, "invalid_request", root=("body",)),
    )


def _http_problem(error: HTTPException) -> Problem:
    code, detail = _STATUS_CODES.get(
        error.status_code, (f"http_{error.status_code}", "The request was refused.")
    )
    headers: Mapping[str, str] | None = error.headers
    return Problem(error.status_code, code, detail, headers=headers)


def away(retry_after_s: float | None = None) -> Problem:
    """Something that we need is away or busy: the same request may work later."""
    wait = max(1, round(retry_after_s or DEFAULT_RETRY_AFTER_S))
    return Problem(
        503,
        "unavailable",
        "Something this needs does not answer; try again.",
        headers={"Retry-After": str(wait)},
    )


def _internal() -> Problem:
    return Problem(500, "internal_error", "This is our mistake; the correlation_id helps find it.")


def install(app: FastAPI) -> None:
    """Every failure of this application leaves as a problem document."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return problem_response(request.scope, error)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem_response(request.scope, _validation_problem(error))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return problem_response(request.scope, _http_problem(error))

    async def on_transient(request: Request, error: Exception) -> Response:
        assert isinstance(error, Transient)
        log.warning("http.unavailable", method=request.method, exc_info=error)
        return problem_response(request.scope, away(error.retry_after_s))

    async def on_mongo(request: Request, error: Exception) -> Response:
        log.warning("http.database_failed", method=request.method, exc_info=error)
        found = away() if is_transient(error) else _internal()
        return problem_response(request.scope, found)

    async def on_mistake(request: Request, error: Exception) -> Response:
        log.error(
            "http.failed",
            method=request.method,
            correlation_id=correlation.correlation_id(request.scope),
            exc_info=error,
        )
        return problem_response(request.scope, _internal())

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Transient, on_transient)
    app.add_exception_handler(PyMongoError, on_mongo)
    app.add_exception_handler(Exception, on_mistake)
