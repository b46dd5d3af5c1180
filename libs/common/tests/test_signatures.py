"""Who signed a record."""

import hashlib
import hmac

import pytest
from giftstream.signatures import parse, sign, verify
from hypothesis import given
from hypothesis import strategies as st

SECRET, RAW = "clé-secrète", b'{"selection_id": "s"}'


def test_a_signature_is_the_hmac_of_the_raw_bytes() -> None:
    expected = hmac.new(SECRET.encode(), RAW, hashlib.sha256).hexdigest()
    assert sign(SECRET, RAW, "pub-1") == f"v1,pub-1,{expected}"


@given(st.binary(max_size=200), st.from_regex(r"[^/\x00-\x1f]{1,128}", fullmatch=True))
def test_what_was_signed_verifies(raw: bytes, key_id: str) -> None:
    signature = parse(sign(SECRET, raw, key_id).encode())
    assert signature is not None
    assert signature.key_id == key_id
    assert verify(SECRET, raw, signature)


def test_other_bytes_or_another_secret_do_not() -> None:
    signature = parse(sign(SECRET, RAW, "pub-1").encode())
    assert signature is not None
    assert not verify(SECRET, RAW + b"\n", signature)
    assert not verify(SECRET + "x", RAW, signature)


GOOD = sign(SECRET, RAW, "pub-1").encode()


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"v1",
        GOOD + b"\n",
        GOOD[:-1],
        GOOD.replace(b"v1", b"v2"),
        GOOD.replace(b"pub-1", b""),
        GOOD.replace(b"pub-1", b"a/b"),
        GOOD.replace(b"pub-1", b"\xff"),
        GOOD[:-1] + b"g",
        GOOD[:-1] + "é".encode(),
        b" " + GOOD,
        b"v1,pub-1," + b"A" * 10_000,
    ],
)
def test_what_is_no_signature_is_none_and_never_raises(header: bytes) -> None:
    assert parse(header) is None


@given(st.binary(max_size=300))
def test_no_bytes_make_parsing_raise(header: bytes) -> None:
    parse(header)
