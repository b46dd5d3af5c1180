"""Validation errors as reasons for people, without a word of what was sent."""

import re

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from giftstream.events.parts import Reason

MAX_REASONS = 20

# Where several kinds of value are allowed, pydantic puts the kind that it tried into the location.
_KIND_TRIED = re.compile(r"constrained-\w+|literal\[.*\]|\w+Body")

_SENTENCES = {
    "missing": "This field is required.",
    "json_invalid": "This is not valid JSON.",
    "string_pattern_mismatch": "This has characters that are not allowed here.",
    "timezone_aware": "A time needs its offset, as in 2026-11-22T10:00:00Z.",
    "datetime_parsing": "This is not an RFC 3339 time such as 2026-11-22T10:00:00Z.",
    "datetime_from_date_parsing": "This is not an RFC 3339 time such as 2026-11-22T10:00:00Z.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "int_from_float": "This must be a whole number.",
    "string_type": "This must be a text.",
    "bool_type": "This must be true or false.",
    "list_type": "This must be a list.",
    "dict_type": "This must be an object.",
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


_LIMITS = {
    "too_short": "Give at least {min_length}.",
    "too_long": "Give at most {max_length}.",
    "string_too_short": "This has too few characters; give at least {min_length}.",
    "string_too_long": "This has too many characters; give at most {max_length}.",
    "greater_than": "This must be more than {gt}.",
    "greater_than_equal": "This must be at least {ge}.",
    "less_than": "This must be less than {lt}.",
    "less_than_equal": "This must be at most {le}.",
    "literal_error": "This must be {expected}.",
    "enum": "This must be {expected}.",
}


def _detail(error: ErrorDetails) -> str:
    # Pydantic's own messages name limits and expected kinds, never the input; what parsers say of
    # broken JSON or times may quote it, hence the table.
    if sentence := _LIMITS.get(error["type"]):
        return sentence.format_map(error["ctx"])[:500]
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
    reasons: list[Reason] = []
    for found in errors[:MAX_REASONS]:
        if _is_echo(found, errors[:MAX_REASONS]):
            continue
        location = found["loc"]
        if location[: len(root)] == root:
            location = location[len(root) :]
        kind = found["type"]
        if kind != "extra_forbidden":  # its last step is what somebody sent
            location = tuple(one for one in location if not _KIND_TRIED.fullmatch(str(one)))
        told = Reason(
            code=kind if kind in OWN_CODES else code,
            detail=_detail(found),
            path=path_of(location),
        )
        if reasons and told.path and (reasons[-1].code, reasons[-1].path) == (told.code, told.path):
            either = f"{reasons[-1].detail} Or: {told.detail}"[:500]
            reasons[-1] = told.model_copy(update={"detail": either})
        else:
            reasons.append(told)
    return tuple(reasons)
