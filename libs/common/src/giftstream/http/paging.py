"""Lists by pages: a cursor is the last item's sort key, so that pages neither skip nor repeat."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, TypeVar

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel

from giftstream.http.problems import Problem

DEFAULT_LIMIT = 50
MAX_LIMIT = 200

T = TypeVar("T")
SortValue = str | int | datetime


class Page(BaseModel, Generic[T]):
    """One page; `next` is the cursor of the one after it, null at the end."""

    items: list[T]
    next: str | None = None


@dataclass(frozen=True)
class Paging:
    """What the caller asked for. Fetch `limit + 1` items, so that `page` knows of a next one."""

    limit: int
    cursor: str | None

    def after(self, *kinds: type) -> tuple[SortValue, ...] | None:
        """The sort values that the page begins after, of exactly these kinds; None at the start."""
        return None if self.cursor is None else decode(self.cursor, *kinds)

    def page(self, found: Sequence[T], sort_key: Callable[[T], tuple[SortValue, ...]]) -> Page[T]:
        """The page of what was fetched with `limit + 1`."""
        items = list(found[: self.limit])
        more = len(found) > self.limit
        return Page[T](items=items, next=encode(*sort_key(items[-1])) if more else None)


def _paging(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Paging:
    return Paging(limit, cursor)


Paged = Annotated[Paging, Depends(_paging)]
"""As a route's parameter: `?limit=&cursor=`."""


def encode(*values: SortValue) -> str:
    """An opaque cursor of these sort values; times keep their milliseconds."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def decode(cursor: str, *kinds: type) -> tuple[SortValue, ...]:
    """The sort values; Problem 400 `invalid_cursor` unless they are scalars of exactly these kinds.

    A cursor comes from outside, so nothing but the expected kinds may reach a query.
    """
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return tuple(_as(kind, value) for kind, value in zip(kinds, _listed(values), strict=True))
    except (ValueError, TypeError, binascii.Error):
        raise Problem(400, "invalid_cursor", "This cursor is not one that we gave.") from None


def _listed(values: object) -> list[object]:
    if not isinstance(values, list):
        raise TypeError("a cursor is a list")
    return values


def _as(kind: type, value: object) -> SortValue:
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a time needs its offset")
        return moment
    if kind is int and type(value) is int:
        return value
    if kind is str and isinstance(value, str):
        return value
    raise TypeError("another kind")
