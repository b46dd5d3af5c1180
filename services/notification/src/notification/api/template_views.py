"""A brand's templates as answers show them, and as edits come in."""

from typing import Annotated

from giftstream.mongo import Document
from pydantic import BaseModel, ConfigDict, Field

from notification.mails.kinds import BLOCKS, KINDS, LINES, Audience
from notification.mails.preview import preview
from notification.mails.wordings import wording_of

MAX_TEXT = 5000


class TemplateEdit(BaseModel):
    """A brand's own words. What is left out or null is ours; `send: false` stops the mail."""

    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\r\n]*$")] | None = (
        None
    )
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)] | None = None
    send: bool | None = None


class Preview(BaseModel):
    """The mail as it would be, with a made-up order and person."""

    subject: str
    text: str
    html: str


class TemplateSummary(BaseModel):
    """One mail; `own` says whether the brand wrote any of it."""

    name: str
    audience: Audience
    send: bool
    own: bool


class Template(TemplateSummary):
    """One mail with its words, what may stand in them, and how it looks."""

    subject: str
    text: str
    placeholders: list[str]
    blocks: list[str]
    preview: Preview


def summary_view(name: str, chosen: Document) -> TemplateSummary:
    """One mail as a list shows it."""
    kind = KINDS[name]
    return TemplateSummary(
        name=name,
        audience=kind.audience,
        send=kind.sent if chosen["send"] is None else chosen["send"],
        own=bool(chosen["subject"] or chosen["text"]),
    )


def template_view(name: str, chosen: Document, brand: str) -> Template:
    """One mail as its brand sees it."""
    about = KINDS[name].about
    wording = wording_of(chosen, name)
    written = preview(name, wording, brand)
    return Template(
        **summary_view(name, chosen).model_dump(),
        subject=wording.subject,
        text=wording.text,
        placeholders=sorted(LINES[about]),
        blocks=sorted(BLOCKS[about]),
        preview=Preview(subject=written.subject, text=written.text, html=written.html),
    )
