"""Relay connections over lists in memory, with cursors that survive changes while paging."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from graphql import GraphQLError

from simulator.database import Document

MOST = 250
Key = Callable[[Document], list[Any]]


def page(
    items: Sequence[Document],
    key: Key | None = None,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    reverse: bool = False,
) -> Document:
    """`{nodes, edges, pageInfo}`. Without a key the order of the list counts."""
    _check(first, last)
    if key is None:
        keyed = [([index], item) for index, item in enumerate(items)]
    else:
        keyed = [(key(item), item) for item in items]
        keyed.sort(key=lambda pair: pair[0])
    if reverse:
        keyed.reverse()
    if after is not None:
        keyed = _beyond(keyed, _position(after), reverse)
    if before is not None:
        keyed = _beyond(keyed, _position(before), not reverse)
    size = first if first is not None else last or 0
    chosen = keyed[:size] if first is not None else keyed[max(len(keyed) - size, 0) :]
    more = len(keyed) > size
    cursors = [_cursor(position) for position, _ in chosen]
    return {
        "nodes": [item for _, item in chosen],
        "edges": [
            {"cursor": c, "node": item} for c, (_, item) in zip(cursors, chosen, strict=True)
        ],
        "pageInfo": {
            "hasNextPage": more if first is not None else before is not None,
            "hasPreviousPage": after is not None if first is not None else more,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def connection(field: str) -> Callable[..., Document]:
    """A resolver for a list kept in the document itself."""

    def resolve(source: Document, _info: object, **arguments: Any) -> Document:
        arguments.pop("sortKey", None)
        return page(source[field], **arguments)

    return resolve


def _check(first: int | None, last: int | None) -> None:
    if first is None and last is None:
        raise bad_request("you must provide one of first or last")
    size = first if first is not None else last or 0
    if not 0 <= size <= MOST:
        raise bad_request(f"first or last must be between 0 and {MOST}")


def bad_request(message: str) -> GraphQLError:
    """Shopify's way to say that an argument makes no sense."""
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def _beyond(
    keyed: list[tuple[list[Any], Document]], position: list[Any], downwards: bool
) -> list[tuple[list[Any], Document]]:
    if downwards:
        return [pair for pair in keyed if pair[0] < position]
    return [pair for pair in keyed if pair[0] > position]


def _cursor(position: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(position)).decode()


def _position(cursor: str) -> list[Any]:
    try:
        position: list[Any] = orjson.loads(base64.urlsafe_b64decode(cursor))
    except (binascii.Error, ValueError) as error:
        raise bad_request("Invalid cursor for current pagination sort.") from error
    return position
