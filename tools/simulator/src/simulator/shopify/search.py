"""Shopify's search syntax, as far as it is used here, over an index that may be late."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from typing import Any

from simulator.clock import now_s, parse_s
from simulator.database import Document
from simulator.shopify.connections import bad_request

TERM = re.compile(r"""(-)?(\w+):(>=|<=|>|<)?("[^"]*"|'[^']*'|[^\s()]+)|(\S+)""")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
Matches = Callable[[Document, list[Any]], bool]


def found(documents: Iterable[Document], query: str | None, lag_s: float) -> list[Document]:
    """Those that match, as the index saw them `lag_s` ago: newer ones are not found."""
    terms = parse(query or "")
    at = now_s() - lag_s
    hits = []
    for document in documents:
        indexed = _indexed(document["_trail"], at)
        if indexed and all(matches(document, indexed) for matches in terms):
            hits.append(document)
    return hits


def parse(query: str) -> list[Matches]:
    """One predicate per term; all must hold. OR is not spoken here and is refused."""
    terms = []
    for match in TERM.finditer(query):
        negated, field, compare, value, bare = match.groups()
        if bare == "OR" or (bare and bare.startswith("(")):
            raise bad_request("The simulator's search knows no OR and no brackets.")
        if bare == "AND":
            continue
        matches = _text(bare) if bare else _field(field, compare or "", value.strip("'\""))
        terms.append(_not(matches) if negated else matches)
    return terms


def _indexed(trail: list[list[Any]], at: float) -> list[Any] | None:
    return next((entry for entry in reversed(trail) if entry[0] <= at), None)


def _not(matches: Matches) -> Matches:
    return lambda document, indexed: not matches(document, indexed)


def _text(word: str) -> Matches:
    """A bare word is looked for in what people see."""
    wanted = word.strip("'\"").lower()

    def matches(document: Document, indexed: list[Any]) -> bool:
        seen = [document.get(name) for name in ("name", "title", "sku", "email")]
        return any(wanted in str(part).lower() for part in [*seen, *indexed[1]] if part)

    return matches


def _field(field: str, compare: str, value: str) -> Matches:
    if field == "tag":
        return lambda _, indexed: any(value.lower() == tag.lower() for tag in indexed[1])
    if field in ("status", "fulfillment_status"):
        return lambda document, indexed: _has_status(document, indexed[2], value)
    if field in ("updated_at", "created_at", "processed_at"):
        return _moment(field, compare, value)
    if field == "id":
        return lambda document, _: COMPARE[compare](int(document["legacyResourceId"]), int(value))
    if field in ("name", "sku", "title", "email"):
        return lambda document, _: str(document.get(field) or "").lower() == value.lower()
    if field == "product_id":
        return lambda document, _: document.get("_product") == value
    # Shopify ignores a filter that it does not know, and warns in extensions only.
    return lambda _, __: True


def _moment(field: str, compare: str, value: str) -> Matches:
    holds = COMPARE[compare]
    try:
        moment = parse_s(value)
    except ValueError as error:
        raise bad_request(f"Invalid value for {field}: {value}") from error
    if field == "updated_at":
        return lambda _, indexed: holds(parse_s(indexed[3]), moment)
    return lambda document, _: holds(parse_s(document["createdAt"]), moment)


def _has_status(document: Document, status: str, value: str) -> bool:
    if document["__typename"] != "Order":
        return status.lower() == value.lower()
    if value == "any":
        return True
    if value in ("open", "cancelled"):
        return (document["cancelledAt"] is not None) == (value == "cancelled")
    return status.lower() == value.lower()
