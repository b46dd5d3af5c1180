"""What cannot be used is parked as it came, and stops nobody."""

from typing import Any

Headers = list[tuple[str, bytes]]


async def test_each_kind_of_poison_is_parked_and_its_neighbours_are_counted(counting: Any) -> None:
    good = [counting.step(f"k{n % 7}") for n in range(200)]
    name = "k0"
    poison: list[tuple[bytes | None, str]] = [
        (None, "null_value"),
        (b"{not json", "invalid_event"),
        (b"\xff\xfe", "invalid_event"),
        (b"[" * 5000, "invalid_event"),
        (b'{"name": 7}', "invalid_event"),
        (b"[]", "invalid_event"),
        (counting.body(name, 1, 13), "ZeroDivisionError"),
        (counting.body(name, 1, 14), "unlucky"),
        (counting.body(name, 1, 15), "OverflowError"),
    ]
    headers: Headers = [("trace", b"\xff\xfe"), ("kept", b"1")]
    records = good[:100]
    records += [(counting.moved, b"k0", value, headers) for value, _ in poison]
    await counting.publish(records + good[100:])
    await counting.member()
    await counting.settled()
    await counting.check()
    parked = await counting.dead_letters()
    reasons = {(r.value, dict(r.headers)["dlq-error"].decode()) for r in parked}
    assert reasons == set(poison)
    for letter in parked:
        assert letter.key == b"k0"
        assert letter.headers[:2] == tuple(headers)
        assert dict(letter.headers)["dlq-service"] == f"counting-{counting.suffix}".encode()
        assert dict(letter.headers)["dlq-source"].startswith(counting.moved.encode())


async def test_a_header_that_is_no_text_harms_nobody(counting: Any) -> None:
    topic, key, value, _ = counting.step("k1")
    await counting.publish([(topic, key, value, [("trace", b"\xff\xfe")])])
    await counting.member()
    await counting.settled()
    await counting.check()
    assert await counting.dead_letters() == []


async def test_values_near_and_above_a_mebibyte_are_counted_or_parked(counting: Any) -> None:
    near = counting.body("k1", 1, 1, padding="x" * (1024 * 1024 - 4096))
    counting.step("k1")
    above = counting.body("k1", 2, 1, padding="x" * (1024 * 1024 + 300_000))
    counting.step("k1")
    broken = b"{" + b"x" * (1024 * 1024 + 300_000)
    await counting.publish(
        [(counting.moved, b"k1", value, [("h", b"1")]) for value in (near, broken, above)]
        + [counting.step("k1")]
    )
    member = await counting.member()
    await counting.settled()
    await counting.check()
    assert [r.value for r in await counting.dead_letters()] == [broken]
    assert member.runs


async def test_a_record_with_neither_key_nor_value_is_parked(counting: Any) -> None:
    await counting.publish([(counting.moved, b"", None, [("h", b"1")]), counting.step("k1")])
    await counting.member()
    await counting.settled()
    await counting.check()
    assert [r.value for r in await counting.dead_letters()] == [None]
