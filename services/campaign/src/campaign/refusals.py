"""The ways in which campaign says no, each with what to do about it."""

from collections.abc import Sequence

from giftstream.events import Reason, ReasonCode
from giftstream.http.problems import Problem
from giftstream.reasons import sentence


def not_there(what: str) -> Problem:
    """There is no such thing, or it is another brand's: the answer is the same."""
    return Problem(404, "not_found", f"There is no such {what} here.")


def stale() -> Problem:
    """Somebody else wrote since the caller read."""
    return Problem(412, "stale", "It was changed meanwhile; read it again and repeat the edit.")


def conflict(code: str, detail: str, reasons: Sequence[Reason] = ()) -> Problem:
    """What is asked does not go with how things are now."""
    return Problem(409, code, detail, reasons)


def conflicts_with(code: ReasonCode, detail: str | None = None) -> Problem:
    """The same with one of the reasons that orders are held for; `detail` where there is no order
    yet to decide about, as its sentence says."""
    told = sentence(code) if detail is None else detail
    return Problem(409, code, told, [Reason(code=code, detail=told)])


def no_room(reasons: Sequence[Reason]) -> Problem:
    """No selection was taken, for it is beyond what its creator may get: one reason a limit."""
    first, *others = reasons
    detail = f"{first.detail} It is beyond other limits too; see the reasons." if others else None
    return Problem(409, first.code, detail or first.detail, reasons)


def invalid(code: str, detail: str, reasons: Sequence[Reason] = ()) -> Problem:
    """What is asked makes no sense, now or later."""
    return Problem(422, code, detail, reasons)


def creator_removed() -> Problem:
    """Whoever was removed from a campaign selects nothing there."""
    return conflict(
        "creator_removed",
        "The creator was removed from the campaign; add them again, or reject the selection.",
    )
