"""Dead letters: named, shown without people, given back as they came."""

from datetime import UTC, datetime

import orjson
import pytest
from giftstream.delivery import batch, parking
from giftstream_cli.dlq import letters
from giftstream_cli.dlq.letters import Letter, Ref
from giftstream_cli.dlq.replaying import Choice, note_message, replay_message
from giftstream_cli.dlq.showing import HIDDEN, shown
from giftstream_cli.failures import WrongUse

Headers = tuple[tuple[str, bytes], ...]
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REF = Ref("selection.submitted.dlq", 1, 5)
OWN = (("ce_id", b"e-1"), ("giftstream-signature", b"v1,k,00"))
REASONS = (
    ("dlq-error", b"invalid_event"),
    ("dlq-source", b"selection.submitted/3/9"),
    ("dlq-service", b"order-placement"),
    ("dlq-attempts", b"1"),
)


def letter(value: bytes | None = b"{}", headers: Headers = OWN + REASONS) -> Letter:
    return Letter(REF, b"acme/sel-1", value, headers, NOON)


def test_the_words_are_those_of_the_library() -> None:
    assert letters.DLQ_SUFFIX == parking.DLQ_SUFFIX
    assert letters.REPLAY_FOR == batch.REPLAY_FOR


def test_a_place_is_read_as_it_is_printed() -> None:
    assert Ref.parse(str(REF)) == REF


@pytest.mark.parametrize(
    "text", ["", "a", "a.dlq/1", "a.dlq/x/1", "a.dlq/1/-1", "selection.submitted/1/2"]
)
def test_what_is_no_place_of_a_letter_is_wrong_use(text: str) -> None:
    with pytest.raises(WrongUse):
        Ref.parse(text)


def test_nothing_personal_is_shown_unless_asked_for() -> None:
    body = {
        "selection_id": "sel-1",
        "recipient": {"name": "Ana García", "email": "ana@example.com"},
        "note": "for Ana",
        "reference": "ask ana@example.com",
        "lines": [{"sku": "A", "quantity": 0, "engraving": "Ana"}],
        "unknown": "Ana",
        "ana@example.com": 1,
    }
    one = letter(orjson.dumps(body))
    document = shown(one, raw=False)
    assert "Ana" not in str(document)
    assert "ana@" not in str(document)
    assert document["value"]["selection_id"] == "sel-1"
    assert document["value"]["recipient"] == HIDDEN
    assert document["value"]["lines"] == [{"sku": "A", "quantity": 0, "engraving": HIDDEN}]
    assert "Ana García" in shown(one, raw=True)["raw"]["text"]


@pytest.mark.parametrize("value", [b"Ana, Calle Mayor 1", b'["Ana"]', b"\xff\xfeAna", b'{"a":'])
def test_what_cannot_be_read_is_hidden_as_a_whole(value: bytes) -> None:
    document = shown(letter(value), raw=False)
    assert document["value"] == HIDDEN
    assert document["size_bytes"] == len(value)


def test_bytes_that_are_no_text_are_shown_as_base64() -> None:
    assert shown(letter(b"\xff\x00"), raw=True)["raw"] == {"encoding": "base64", "text": "/wA="}


def test_a_replay_is_the_record_as_it_came_and_names_whom_it_is_for() -> None:
    value = b"\xff not json"
    message = replay_message(letter(value), "order-placement")
    assert (message.topic, message.key) == ("selection.submitted", b"acme/sel-1")
    assert message.value is value
    assert message.headers == (*OWN, ("dlq-replay-for", b"order-placement"))


def test_a_note_is_no_letter_and_a_tombstone_is() -> None:
    note = note_message(letter(), "order-placement")
    assert note.topic == REF.topic
    assert letter(note.value, note.headers).replayed_ref() == str(REF)
    assert letter(None).replayed_ref() is None


def test_a_replayed_letter_stays_unless_it_is_asked_for_again() -> None:
    known = {str(REF): NOON}
    assert "was replayed" in str(Choice(None, None, False, known).why_not(letter()))
    assert Choice(None, None, True, known).why_not(letter()) is None


def test_another_services_letter_stays() -> None:
    choice = Choice(None, "campaign", False)
    assert "order-placement's" in str(choice.why_not(letter()))
    assert choice.why_not(letter(headers=OWN)) is None
    assert choice.service_of(letter(headers=OWN)) == "campaign"
    assert "--service" in str(Choice(None, None, False).why_not(letter(headers=OWN)))
