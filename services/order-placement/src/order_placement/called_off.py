"""Why an order came to nothing, or could not be taken back: in the words of whoever decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from giftstream.events import ReasonCode
from giftstream.mongo import Document
from giftstream.reasons import reason, sentence

MOST = 2000
"""As many characters as a reason's detail may have."""


def said(code: ReasonCode, words: str | None = None) -> list[Document]:
    """One reason as an order's document has it; the table's sentence where nobody gave words."""
    words = (words or "").strip()
    return [reason(code, words[:MOST] or None).model_dump()]


def said_beside(code: ReasonCode, words: str | None) -> list[Document]:
    """The same for what people have to do something about: the words come after the sentence."""
    detail = f"{sentence(code)} Their words: {words.strip()}" if words and words.strip() else None
    return said(code, detail)


def request(code: ReasonCode, by: str, at: datetime, words: str | None) -> Document:
    """A cancel to be done once the outcome is known; `code` is the reason the order will have."""
    return {"by": by, "at": at, "reason": words, "code": code}


def requested(asked: Any) -> list[Document]:
    """While a noted cancel waits for the store."""
    return said("cancel_requested") if asked else []


def cancelled(asked: Any) -> list[Document]:
    """After a cancel that somebody asked for."""
    asked = asked or {}
    return said(asked.get("code", "cancelled_by_person"), asked.get("reason"))


def refused(words: Sequence[str]) -> list[Document]:
    """The store said no to a cancel."""
    return said_beside("cancel_refused", " ".join(words))
