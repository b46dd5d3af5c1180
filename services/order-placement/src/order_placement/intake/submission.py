"""What came in a record: a selection, its withdrawal, or something that is none, with why."""

import hashlib
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import orjson
from giftstream.delivery import Record
from giftstream.events import Reason, SelectionSubmitted, SelectionWithdrawn, problems_of
from giftstream.events.fields import Id, Name
from giftstream.identity import selection_identity
from giftstream.reasons import reason
from giftstream.signatures import HEADER, Signature, parse
from pydantic import TypeAdapter, ValidationError

MAX_BYTES = 256 * 1024

E = TypeVar("E", SelectionSubmitted, SelectionWithdrawn)

_ID: TypeAdapter[str] = TypeAdapter(Id)
_REFERENCE: TypeAdapter[str] = TypeAdapter(Name)


class Written(Protocol):
    """What was read out of a record: an event about one selection, and who says that it wrote it.

    `identity` is the selection's own id here.
    """

    @property
    def record(self) -> Record: ...

    @property
    def event(self) -> SelectionSubmitted | SelectionWithdrawn: ...

    @property
    def identity(self) -> str: ...

    @property
    def signature(self) -> Signature | None: ...


@dataclass(frozen=True, slots=True)
class Submission:
    """A well-formed selection, not yet admitted."""

    record: Record
    event: SelectionSubmitted
    identity: str
    digest: bytes
    signature: Signature | None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A well-formed withdrawal, not yet admitted."""

    record: Record
    event: SelectionWithdrawn
    identity: str
    signature: Signature | None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A record that can never become an order; a dead letter too where `park` has a word."""

    record: Record
    reasons: tuple[Reason, ...]
    brand_id: str | None = None
    selection_id: str | None = None
    reference: str | None = None
    park: str | None = None


def decode(record: Record) -> Submission | Unusable:
    """From raw bytes, once. Never raises: what is wrong is an answer for the publisher."""
    found = _read_as(SelectionSubmitted, record)
    if isinstance(found, Unusable):
        return found
    event, signature = found
    identity = selection_identity(event.brand_id, event.selection_id)
    return Submission(record, event, identity, digest_of(event), signature)


def decode_withdrawal(record: Record) -> Withdrawal | Unusable:
    """The same for `selection.withdrawn`."""
    found = _read_as(SelectionWithdrawn, record)
    if isinstance(found, Unusable):
        return found
    event, signature = found
    identity = selection_identity(event.brand_id, event.selection_id)
    return Withdrawal(record, event, identity, signature)


def _read_as(kind: type[E], record: Record) -> tuple[E, Signature | None] | Unusable:
    if record.value is None:
        return _nameless(record, "null_value", "The record has no value.")
    if len(record.value) > MAX_BYTES:
        return _named(record, _invalid("The record is larger than 256 KiB."), "too_large")
    raw_signature = record.header(HEADER)
    signature = parse(raw_signature) if raw_signature is not None else None
    if raw_signature is not None and signature is None:
        return _unreadable_signature(record, raw_signature)
    try:
        return kind.model_validate_json(record.value), signature
    except ValidationError as error:
        return _named(record, problems_of(error), None)


def digest_of(event: SelectionSubmitted) -> bytes:
    """The same for the same content, whatever envelope it comes in: id and time do not count.

    Absent and null are one, so that a field added later leaves old digests as they are.
    """
    plain = event.__pydantic_serializer__.to_json(
        event, exclude={"event_id", "occurred_at"}, exclude_none=True
    )
    return hashlib.blake2b(plain, digest_size=20).digest()


def _unreadable_signature(record: Record, header: bytes) -> Unusable:
    try:
        header.decode()
    except UnicodeDecodeError:
        detail = "The header giftstream-signature is not UTF-8."
        return _named(record, (reason("bad_signature", detail),), "bad_header")
    detail = "The header giftstream-signature is not of the form v1,<key_id>,<hex>."
    return _named(record, (reason("bad_signature", detail),), None)


def _named(record: Record, reasons: tuple[Reason, ...], park: str | None) -> Unusable:
    """Refused under its own ids where they can be read; else it is nobody's, a dead letter."""
    body = _object(record.value or b"")
    brand_id, selection_id = (_read(_ID, body.get(name)) for name in ("brand_id", "selection_id"))
    if brand_id is None or selection_id is None:
        return Unusable(record, reasons, park=park or "unreadable")
    reference = _read(_REFERENCE, body.get("reference"))
    return Unusable(record, reasons, brand_id, selection_id, reference, park)


def _nameless(record: Record, park: str, detail: str) -> Unusable:
    return Unusable(record, _invalid(detail), park=park)


def _invalid(detail: str) -> tuple[Reason, ...]:
    return (reason("invalid_selection", detail),)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _read(kind: TypeAdapter[str], value: object) -> str | None:
    try:
        return kind.validate_python(value, strict=True)
    except ValidationError:
        return None
