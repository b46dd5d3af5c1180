"""Pages neither skip nor repeat, and a cursor brings nothing else into a query."""

import base64
from datetime import UTC, datetime

import orjson
import pytest
from giftstream.http.etags import check_if_match, etag
from giftstream.http.paging import Paging, decode, encode
from giftstream.http.problems import Problem
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

AT = datetime(2026, 11, 22, 10, 0, 0, 123000, tzinfo=UTC)


def test_a_cursor_says_where_the_page_ended() -> None:
    found = [(AT, "a"), (AT, "b"), (AT, "c")]
    first = Paging(2, None).page(found, lambda item: item)
    assert first.items == found[:2]
    assert first.next is not None
    assert Paging(2, first.next).after(datetime, str) == (AT, "b")


def test_the_last_page_has_no_next() -> None:
    assert Paging(2, None).page(["a", "b"], lambda item: (item,)).next is None
    assert Paging(2, None).page(list[str](), lambda item: (item,)).next is None


@given(st.text(), st.integers(-(2**53), 2**53))
def test_a_cursor_comes_back_as_it_went(text: str, number: int) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return  # no such text can come from the database
    assert decode(encode(text, number), str, int) == (text, number)


def cursor(values: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode()


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "canary",
        "é",
        "====",
        cursor({"$gt": ""}),
        cursor([{"$ne": None}]),
        cursor([5]),
        cursor([None]),
        cursor(["a", "b"]),
        cursor([]),
        cursor(5),
        cursor("a"),
    ],
)
def test_a_forged_cursor_is_a_problem(forged: str) -> None:
    with pytest.raises(Problem) as caught:
        decode(forged, str)
    assert (caught.value.status, caught.value.code) == (400, "invalid_cursor")


def test_a_number_is_not_a_truth_and_a_time_has_an_offset() -> None:
    for values, kind in (([True], int), (["2026-11-22T10:00:00"], datetime)):
        with pytest.raises(Problem):
            decode(cursor(values), kind)


def request(if_match: str | None) -> Request:
    headers = [] if if_match is None else [(b"if-match", if_match.encode())]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize("given", [None, "*", '"3"', '"2", "3"'])
def test_who_saw_this_version_may_edit(given: str | None) -> None:
    check_if_match(request(given), 3)


@pytest.mark.parametrize("given", ['"2"', "3", 'W/"3"', "", '"33"'])
def test_who_saw_another_is_told_so(given: str) -> None:
    assert etag(3) == '"3"'
    with pytest.raises(Problem) as caught:
        check_if_match(request(given), 3)
    assert (caught.value.status, caught.value.code) == (412, "stale")
