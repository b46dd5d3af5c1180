"""Texts with placeholders and nothing else: `{{brand}}` is replaced, there is no logic to abuse."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from notification.mails.kinds import BLOCKS, LINES, About
from notification.mails.plain import plain, printable

PLACEHOLDER = re.compile(r"\{\{[ \t]*([A-Za-z0-9_.-]{1,64})[ \t]*\}\}")
_ANY_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with a text; `field` is `subject` or `text`."""

    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A subject and the paragraphs of a text, as their writer wrote them."""

    subject: str
    text: str

    def paragraphs(self) -> list[str]:
        """Split where lines are empty."""
        text = self.text.replace("\r\n", "\n").replace("\r", "\n")
        return [one.strip("\n") for one in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text) if one.strip()]


def block_of(paragraph: str) -> str | None:
    """The placeholder that this paragraph consists of, None when it has words."""
    alone = PLACEHOLDER.fullmatch(paragraph.strip())
    return alone[1] if alone else None


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, once: what they stand for is never read again.

    Raises KeyError for a placeholder that stands for nothing here.
    """
    filled = PLACEHOLDER.sub(lambda found: values[found[1]], text)
    return "\n".join(printable(line) for line in filled.split("\n"))


def fill_subject(text: str, values: Mapping[str, str]) -> str:
    """The same as one short line."""
    return plain(fill(text, values))


def wrongs_of(wording: Wording, about: About) -> list[Wrong]:
    """What keeps the wording from being used in a mail about this, in words for its writer."""
    wrongs = _unknown("subject", wording.subject, LINES[about], frozenset(), about)
    for paragraph in wording.paragraphs():
        own_line = BLOCKS[about] if block_of(paragraph) else frozenset()
        wrongs += _unknown("text", paragraph, LINES[about], own_line, about)
    return wrongs


def _unknown(
    field: str, text: str, lines: frozenset[str], blocks: frozenset[str], about: About
) -> list[Wrong]:
    wrongs = []
    for name in PLACEHOLDER.findall(text):
        if name in lines | blocks:
            continue
        if name in BLOCKS[about]:
            detail = f"{{{{{name}}}}} must be a paragraph of its own in the text."
        else:
            known = ", ".join(sorted(LINES[about] | BLOCKS[about]))
            detail = f"There is no placeholder {name} in this mail; there are: {known}."
        wrongs.append(Wrong(field, detail))
    if _ANY_BRACES.search(PLACEHOLDER.sub("", text)):
        wrongs.append(
            Wrong(field, "Braces may only be placeholders such as {{brand}}: no logic, no filters.")
        )
    return wrongs
