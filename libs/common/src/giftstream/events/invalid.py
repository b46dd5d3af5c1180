"""Validation errors as reasons for people, without a word of what was sent."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from giftstream.events.parts import Reason

MAX_REASONS = 20

_SENTENCES = {
    "missing": "This field is required.",
    "json_invalid": "This is not valid JSON.",
    "string_pattern_mismatch": "This has characters that are not allowed here.",
    "timezone_aware": "A time needs its offset, as in 2026-11-22T10:00:00Z.",
    "datetime_parsing": "This is not an RFC 3339 time such as 2026-11-22T10:00:00Z.",
    "datetime_from_date_parsing": "This is not an RFC 3339 time such as 2026-11-22T10:00:00Z.",
    "int_type": "This must be a whole number.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
    "tuple_type": "This must be a list.",
    "extra_forbidden": "There is no such field.",
}


OWN_CODES = frozenset({"invalid_email"})
"""Mistakes that a program may want to know from all others of its request."""


def not_an_email() -> PydanticCustomError:
    """For a validator to raise, where only an email address will do."""
    return PydanticCustomError(
        "invalid_email", "This is no email address; give one such as name@example.com."
    )


def path_of(location: tuple[int | str, ...]) -> str | None:
    """`("lines", 0, "quantity")` as `lines[0].quantity`; nothing for the whole body."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if path else step
    return path[:500] or None


def _detail(error: ErrorDetails) -> str:
    # Pydantic's own messages name limits and expected kinds, never the input; what parsers say of
    # broken JSON or times may quote it, hence the table.
    if error["type"] == "too_short":
        return f"Give at least {error['ctx']['min_length']}."
    if error["type"] == "too_long":
        return f"Give at most {error['ctx']['max_length']}."
    return _SENTENCES.get(error["type"], error["msg"].removeprefix("Value error, "))[:500]


def _is_echo(error: ErrorDetails, all_of_them: list[ErrorDetails]) -> bool:
    """A list counts as too short when its items are wrong; only the items are worth a word."""
    length = len(error["loc"])
    return error["type"] == "too_short" and any(
        len(other["loc"]) > length and other["loc"][:length] == error["loc"]
        for other in all_of_them
    )


def problems_of(
    error: ValidationError, code: str = "invalid_selection", root: tuple[str, ...] = ()
) -> tuple[Reason, ...]:
    """What is wrong and where, at most 20 reasons; `root` is left off the front of each path."""
    return reasons_for(error.errors(include_url=False, include_input=False), code, root)


def reasons_for(
    errors: list[ErrorDetails], code: str, root: tuple[str, ...] = ()
) -> tuple[Reason, ...]:
    """The same for errors that a framework has already taken out of their exception."""
    reasons = []
    for found in errors[:MAX_REASONS]:
        if _is_echo(found, errors[:MAX_REASONS]):
            continue
        location = found["loc"]
        if location[: len(root)] == root:
            location = location[len(root) :]
        kind = found["type"]
        own = kind if kind in OWN_CODES else code
        reasons.append(Reason(code=own, detail=_detail(found), path=path_of(location)))
    return tuple(reasons)
