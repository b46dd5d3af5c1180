"""What a store may put into Retry-After, and how long that makes us wait."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from giftstream_platforms.http import LONGEST_RETRY_AFTER_S, retry_after_s


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("2", 2.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("86400", LONGEST_RETRY_AFTER_S),
        ("inf", LONGEST_RETRY_AFTER_S),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
def test_numbers_are_bounded_and_nonsense_says_nothing(said: str, waits: float | None) -> None:
    assert retry_after_s(httpx.Headers({"Retry-After": said})) == waits


@pytest.mark.parametrize(("after_s", "least", "most"), [(30, 25, 30), (-30, 0, 0), (9e4, 60, 60)])
def test_a_date_is_as_good(after_s: float, least: float, most: float) -> None:
    at = datetime.now(UTC) + timedelta(seconds=after_s)
    waits = retry_after_s(httpx.Headers({"Retry-After": format_datetime(at, usegmt=True)}))
    assert waits is not None
    assert least <= waits <= most


def test_without_one_nothing_is_said() -> None:
    assert retry_after_s(httpx.Headers({})) is None
