"""One line of JSON: completed, checked against its event, or refused with what is wrong in it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from giftstream.clock import now
from giftstream.events import EVENTS, Event, problems_of
from giftstream.identity import derived
from pydantic import ValidationError

MAX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line; `path` is None where it is the line as a whole."""

    line: int
    path: str | None
    detail: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.path or 'the whole line'}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Good:
    """A line that may be published: its event, and the exact bytes to publish and sign."""

    line: int
    event: Event
    value: bytes


def check_line(
    number: int, raw: bytes, topic: str, fill: Mapping[str, str]
) -> Good | tuple[Problem, ...]:
    """The line as it will be published, or everything that is wrong with it.

    `fill` gives ids to lines that leave them out. A line without `event_id` gets one derived from
    its own bytes, so that publishing a file twice says the same events twice.
    """
    body = _read(number, raw)
    if isinstance(body, Problem):
        return (body,)
    _complete(body, raw, topic, fill)
    value = orjson.dumps(body)
    if len(value) > MAX_BYTES:
        return (Problem(number, None, _TOO_LONG),)
    try:
        return Good(number, EVENTS[topic].model_validate_json(value), value)
    except ValidationError as error:
        return tuple(Problem(number, one.path, one.detail) for one in problems_of(error))


def _complete(body: dict[str, Any], raw: bytes, topic: str, fill: Mapping[str, str]) -> None:
    event_id = derived(topic, hashlib.sha256(raw).hexdigest())
    occurred_at = now().isoformat().replace("+00:00", "Z")
    for name, content in {**fill, "event_id": event_id, "occurred_at": occurred_at}.items():
        if body.get(name) is None:
            body[name] = content


_TOO_LONG = f"This is above the limit of {MAX_BYTES // 1024} KiB for one event."


def _read(number: int, raw: bytes) -> dict[str, Any] | Problem:
    if len(raw) > MAX_BYTES:
        return Problem(number, None, _TOO_LONG)
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        return Problem(number, None, f"This is not valid JSON ({error.msg} at {error.colno}).")
    if not isinstance(body, dict):
        return Problem(number, None, "Each line must be one JSON object, as in {…}.")
    return body
