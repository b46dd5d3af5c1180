"""Lines of a file: completed, checked, or told what is wrong with them."""

import json
from typing import Any

import pytest
from giftstream.events import SelectionSubmitted
from giftstream.signatures import parse, verify
from giftstream_cli.events.lines import MAX_BYTES, Good, Problem, check_line
from giftstream_cli.events.signing import signing_key
from giftstream_cli.events.source import MAX_LINE, LineCutter
from giftstream_cli.failures import WrongUse

TOPIC = "selection.submitted"
GOOD: dict[str, Any] = {
    "selection_id": "sel-1",
    "brand_id": "acme",
    "campaign_id": "spring",
    "creator_id": "cr-1",
    "lines": [{"sku": "TEE-M", "quantity": 1}],
}


def check(body: object, fill: dict[str, str] | None = None) -> Good | tuple[Problem, ...]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return check_line(7, raw, TOPIC, fill or {})


def good(body: object, fill: dict[str, str] | None = None) -> Good:
    checked = check(body, fill)
    assert isinstance(checked, Good)
    return checked


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [{"sku": "A", "quantity": 0}]}, "lines[0].quantity"),
        ({"lines": [{"quantity": 1}]}, "lines[0]"),
        ({"brand_id": "a/b"}, "brand_id"),
        ({"creator_id": None}, "creator_id"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
    ],
)
def test_a_bad_field_is_named_with_its_line_and_path(change: dict[str, Any], path: str) -> None:
    checked = check(GOOD | change)
    assert not isinstance(checked, Good)
    assert [(one.line, one.path) for one in checked] == [(7, path)]
    assert str(checked[0]).startswith(f"line 7, {path}: ")


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"[1]", b"12", b'"text"', b"nul"])
def test_what_is_no_json_object_is_told_so(raw: bytes) -> None:
    checked = check(raw)
    assert not isinstance(checked, Good)
    assert checked[0].path is None


def test_a_line_above_the_limit_is_refused_before_it_is_read() -> None:
    checked = check(GOOD | {"note": "x" * MAX_BYTES})
    assert not isinstance(checked, Good)
    assert "256 KiB" in checked[0].detail


def test_ids_that_are_left_out_are_filled_and_others_are_kept() -> None:
    bare = {name: value for name, value in GOOD.items() if name != "brand_id"}
    fill = {"brand_id": "filled", "campaign_id": "filled"}
    event = good(bare, fill).event
    assert isinstance(event, SelectionSubmitted)
    assert (event.brand_id, event.campaign_id) == ("filled", "spring")


def test_the_same_line_twice_is_the_same_event() -> None:
    assert good(GOOD).event.event_id == good(GOOD).event.event_id
    assert good(GOOD).event.event_id != good(GOOD | {"selection_id": "sel-2"}).event.event_id
    assert good(GOOD | {"event_id": "mine"}).event.event_id == "mine"


def test_fields_that_we_do_not_know_are_published_all_the_same() -> None:
    assert json.loads(good(GOOD | {"shoe_size": 41}).value)["shoe_size"] == 41


def test_the_signature_is_over_exactly_the_bytes_that_are_published() -> None:
    key = signing_key("pub-1:se:cret", None)
    assert key is not None
    value = good(GOOD).value
    _, header = key.header(value)
    signature = parse(header)
    assert signature is not None
    assert signature.key_id == "pub-1"
    assert verify("se:cret", value, signature)
    assert "cret" not in repr(key)


def test_a_key_may_stand_in_a_file_in_both_forms(tmp_path: Any) -> None:
    file = tmp_path / "key"
    for text in ("pub-1:secret\n", '{"key_id": "pub-1", "secret": "secret", "name": "x"}'):
        file.write_text(text)
        assert signing_key(None, file) == signing_key("pub-1:secret", None)


@pytest.mark.parametrize("text", ["", "pub-1", ":secret", "pub-1:", "{}", '{"key_id": "a"}'])
def test_what_is_no_key_is_wrong_use(tmp_path: Any, text: str) -> None:
    file = tmp_path / "key"
    file.write_text(text)
    with pytest.raises(WrongUse):
        signing_key(None, file)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_lines_keep_their_numbers_however_they_come(size: int) -> None:
    content = b"one\n\n  two \r\nthree"
    cutter = LineCutter()
    lines = []
    for start in range(0, len(content), size):
        lines += cutter.feed(content[start : start + size])
    assert lines + cutter.finish() == [(1, b"one"), (3, b"two"), (4, b"three")]


def test_a_line_without_end_is_cut_and_the_next_one_is_whole() -> None:
    cutter = LineCutter()
    for _ in range(4):
        assert cutter.feed(b"x" * MAX_LINE) == []
    ((number, first), second) = cutter.feed(b"\nnext\n")
    assert (number, len(first)) == (1, MAX_LINE)
    assert second == (2, b"next")
