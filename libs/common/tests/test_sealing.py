"""Sealed values open in their place, whole, and nowhere else."""

import base64
import os
from pathlib import Path

import pytest
from giftstream.sealing import SealBroken, Sealing
from hypothesis import given
from hypothesis import strategies as st

OLD, NEW = os.urandom(32), os.urandom(32)
SEALING = Sealing({"k1": OLD})
PLACE = {"brand": "acme", "document": "o-1", "field": "recipient"}
SEALED = SEALING.seal(b"secret", **PLACE)


@given(st.binary(max_size=500))
def test_what_was_sealed_opens(plain: bytes) -> None:
    sealed = SEALING.seal(plain, **PLACE, version=2)
    assert SEALING.open(sealed, **PLACE, version=2) == plain


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"brand": "other"},
        {"document": "o-2"},
        {"field": "note"},
        {"version": 2},
        {"brand": "acmeo", "document": "-1"},
        {"document": "o-1r", "field": "ecipient"},
    ],
)
def test_it_does_not_open_elsewhere(elsewhere: dict[str, object]) -> None:
    with pytest.raises(SealBroken):
        SEALING.open(SEALED, **{**PLACE, **elsewhere})  # type: ignore[arg-type]  # mixed kinds


def test_no_flipped_bit_goes_unnoticed() -> None:
    for position in range(len(SEALED)):
        altered = bytearray(SEALED)
        altered[position] ^= 1
        with pytest.raises(SealBroken):
            SEALING.open(bytes(altered), **PLACE)


def test_no_cut_goes_unnoticed() -> None:
    for length in range(len(SEALED)):
        with pytest.raises(SealBroken):
            SEALING.open(SEALED[:length], **PLACE)


def test_the_same_value_never_looks_the_same_twice() -> None:
    assert SEALING.seal(b"secret", **PLACE) != SEALED


def test_an_old_key_still_opens_and_the_new_one_seals() -> None:
    rotated = Sealing({"k2": NEW, "k1": OLD})
    assert rotated.open(SEALED, **PLACE) == b"secret"
    with pytest.raises(SealBroken):
        SEALING.open(rotated.seal(b"x", **PLACE), **PLACE)


def test_a_key_that_is_not_known_is_named() -> None:
    with pytest.raises(SealBroken, match="'k1'"):
        Sealing({"k2": NEW}).open(SEALED, **PLACE)


def test_a_wrong_key_under_the_right_name_opens_nothing() -> None:
    with pytest.raises(SealBroken):
        Sealing({"k1": NEW}).open(SEALED, **PLACE)


def test_keys_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    lines = ["# newest first", f"k2:{base64.b64encode(NEW).decode()}", ""]
    file.write_text("\n".join([*lines, f"k1:{base64.b64encode(OLD).decode()}"]))
    assert Sealing.from_file(file).open(SEALED, **PLACE) == b"secret"


def test_a_file_with_one_bare_key_will_do(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(base64.b64encode(NEW).decode() + "\n")
    assert Sealing.from_file(file).seal(b"x", **PLACE)[2:9] == b"default"


@pytest.mark.parametrize(
    "content",
    ["", "canary!", "k1:AAAA", "a b:" + base64.b64encode(OLD).decode(), "AAAA\nAAAA"],
    ids=["empty", "no-base64", "too-short", "bad-id", "same-id"],
)
def test_a_wrong_file_is_refused_without_quoting_it(tmp_path: Path, content: str) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    with pytest.raises(ValueError) as caught:
        Sealing.from_file(file)
    assert "canary" not in str(caught.value)
    assert "AAAA" not in str(caught.value)


def test_a_rewrapped_value_opens_under_the_new_key_alone() -> None:
    both, new = Sealing({"k2": NEW, "k1": OLD}), Sealing({"k2": NEW})
    anew = both.rewrap(SEALED, **PLACE)
    assert anew is not None
    assert new.open(anew, **PLACE) == b"secret"
    assert both.rewrap(anew, **PLACE) is None, "it is under the current key already"
    with pytest.raises(SealBroken):
        SEALING.open(anew, **PLACE)


def test_what_belongs_elsewhere_or_is_not_known_is_never_rewrapped() -> None:
    both = Sealing({"k2": NEW, "k1": OLD})
    with pytest.raises(SealBroken):
        both.rewrap(SEALED, **{**PLACE, "brand": "other"})
    with pytest.raises(SealBroken):
        Sealing({"k2": NEW}).rewrap(SEALED, **PLACE)
