"""Runs one GraphQL request against a shop, within its limits."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLError,
    MiddlewareManager,
    OperationDefinitionNode,
    execute,
)

from simulator.database import Document
from simulator.shopify.answers import (
    NO_QUERY,
    Answer,
    error_body,
    rejected,
    throttled,
    too_costly,
)
from simulator.shopify.costs import LARGEST, MUTATION, Costs, actual
from simulator.shopify.prepared import Prepared, prepare
from simulator.shopify.schema import bound_schema
from simulator.shopify.scopes import DEFAULT, guard
from simulator.shopify.shop import Call
from simulator.shopify.throttle import Bucket

log = logging.getLogger("simulator.shopify")


@dataclass(frozen=True, slots=True)
class Request:
    """The JSON body of a request."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None
    prepared: Prepared = field(repr=False)

    @classmethod
    def of(cls, body: Any) -> Request | None:
        """None when there is no query in it."""
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            return None
        variables = body.get("variables")
        name = body.get("operationName")
        return cls(
            query=body["query"],
            variables=variables if isinstance(variables, dict) else {},
            operation_name=name if isinstance(name, str) else None,
            prepared=prepare(body["query"]),
        )

    @property
    def operation(self) -> OperationDefinitionNode | None:
        """What will run."""
        return self.prepared.operation(self.operation_name)


def run(request: Request, call: Call, bucket: Bucket) -> Answer:
    """The whole request in one go; nothing else happens in this process meanwhile."""
    if request.prepared.errors:
        return rejected(request.prepared.errors)
    operation, document = request.operation, request.prepared.document
    if operation is None or document is None:
        return NO_QUERY
    requested = cost_of(request)
    if requested > LARGEST:
        return too_costly(requested, LARGEST)
    if not bucket.take(requested):
        call.codes.append("THROTTLED")
        return throttled(requested, bucket.status())
    result = execute(
        bound_schema(),
        document,
        context_value=call,
        variable_values=request.variables,
        operation_name=request.operation_name,
        middleware=_middleware(call),
    )
    assert isinstance(result, ExecutionResult)
    errors = [_error(error) for error in result.errors or ()]
    call.codes += [error["extensions"]["code"] for error in errors]
    used = min(requested, actual(result.data) if requested % MUTATION else requested)
    bucket.give_back(requested - used)
    return Answer.json(200, _body(result.data, errors, requested, used, bucket))


def cost_of(request: Request) -> int:
    """Requested query cost; 0 for what cannot run."""
    operation, document = request.operation, request.prepared.document
    if operation is None or document is None:
        return 0
    return Costs(bound_schema(), document, request.variables).requested(operation)


def _middleware(call: Call) -> MiddlewareManager | None:
    # With all scopes there is nothing to refuse, and no need to look at every field.
    if set(DEFAULT) <= set(call.shop.scopes):
        return None
    return MiddlewareManager(guard(call.shop.scopes))


def _body(data: Any, errors: list[Document], requested: int, used: int, bucket: Bucket) -> Document:
    body: Document = {"errors": errors} if errors else {}
    if data is not None or not errors:
        body["data"] = data
    cost = {
        "requestedQueryCost": requested,
        "actualQueryCost": used,
        "throttleStatus": bucket.status(),
    }
    return body | {"extensions": {"cost": cost}}


def _error(error: GraphQLError) -> Document:
    if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
        log.error("a resolver failed", exc_info=error.original_error)
        return error_body(error, "INTERNAL_SERVER_ERROR")
    return error_body(error, "INVALID_VARIABLE")
