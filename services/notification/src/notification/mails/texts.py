"""From a wording and words to what is read: subject, plain text, HTML."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notification.mails.blocks import DISCLOSURE, text_of
from notification.mails.kinds import KINDS, Kind
from notification.mails.placeholders import Wording, block_of, fill, fill_subject
from notification.mails.words import Words

# Only our own layout is a template here; what brands write is filled in as text, never rendered.
_ENVIRONMENT = ImmutableSandboxedEnvironment(
    loader=PackageLoader("notification", "templates"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A mail's subject and its two bodies, which say the same."""

    subject: str
    text: str
    html: str


@cache
def own_wording(template: str) -> Wording:
    """Our words for a mail: the subject in the file's first line, the text below."""
    whole = (files("notification") / "templates" / f"{template}.txt").read_text("utf-8")
    subject, _, text = whole.partition("\n")
    return Wording(subject, text.strip("\n"))


def write(template: str, wording: Wording, words: Words, writer: str) -> Written:
    """The mail. Raises KeyError for a placeholder that the words have nothing for."""
    parts = list(_parts(KINDS[template], wording, words))
    subject = fill_subject(wording.subject, words.lines)
    text = "\n\n".join(part["text"] for part in parts) + "\n"
    html = _ENVIRONMENT.get_template("mail.html").render(
        subject=subject, writer=writer, parts=parts
    )
    return Written(subject, text, html)


def _parts(kind: Kind, wording: Wording, words: Words) -> Iterator[dict[str, Any]]:
    for paragraph in wording.paragraphs():
        block = block_of(paragraph)
        if block is not None and block not in words.lines:
            if rows := words.blocks[block]:
                yield {"kind": block, "rows": rows, "text": text_of(block, rows)}
            continue
        filled = fill(paragraph, words.lines)
        if filled.strip():
            yield {"kind": "words", "lines": filled.split("\n"), "text": filled}
    if kind.discloses:
        said = fill(DISCLOSURE, words.lines)
        yield {"kind": "disclosure", "lines": [said], "text": said}
