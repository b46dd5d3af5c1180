"""The words of a message, from its template: subject in the first line, then the text."""

import re
from collections.abc import Mapping
from typing import Any

from giftstream.mongo import Document
from giftstream.reasons import REASONS
from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_WORDS = 200
_STEERING = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_LINK = re.compile(r"https?://[^\s<>\"]{1,1900}")


def plain(text: object) -> str:
    """One line of at most 200 characters: nothing that breaks a line, or turns its direction."""
    return _STEERING.sub(" ", "" if text is None else str(text)).strip()[:MAX_WORDS]


def link(text: object) -> str | None:
    """The text where it is a web address, else None."""
    return text if isinstance(text, str) and _LINK.fullmatch(text) else None


class Texts:
    """Renders templates; a template that asks for something unknown is an error, never a gap."""

    def __init__(self) -> None:
        self._environment = ImmutableSandboxedEnvironment(
            loader=PackageLoader("notification", "templates"),
            undefined=StrictUndefined,
            autoescape=False,  # plain text; nothing here is HTML
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def render(self, template: str, words: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and text. Raises jinja2.TemplateError."""
        whole = self._environment.get_template(f"{template}.txt").render(words)
        subject, _, text = whole.partition("\n")
        return plain(subject), text.lstrip("\n")


def words_of(
    order: Document, *, brand: str, store: str | None, name: str | None, console_url: str | None
) -> dict[str, Any]:
    """What templates may speak of, all of it safe to print."""
    order_id = order["_id"]
    console = f"{console_url.rstrip('/')}/orders/{order_id}" if console_url else None
    return {
        "brand": plain(brand),
        "name": plain(name) or None,
        "store": plain(store) or None,
        "order_id": plain(order_id),
        "selection_id": plain(order["selection_id"]),
        "reference": plain(order["reference"]) or None,
        "console": console,
        "lines": [_line(line) for line in order["lines"]],
        "parcels": [_parcel(shipment) for shipment in order["shipments"]],
        "reasons": [_reason(reason) for reason in order["reasons"]],
    }


def _line(line: Document) -> dict[str, Any]:
    title = plain(line["title"]) or plain(line["sku"]) or "a gift"
    return {"quantity": line["quantity"], "title": title}


def _parcel(shipment: Document) -> dict[str, Any]:
    return {
        "carrier": plain(shipment["carrier"]) or None,
        "number": plain(shipment["tracking_number"]) or None,
        "url": link(shipment["tracking_url"]),
    }


def _reason(reason: Document) -> dict[str, Any]:
    """The sentence that says what to do, and what there is to say beyond it."""
    known = REASONS.get(reason["code"])
    detail = plain(reason["detail"])
    sentence = known.sentence if known else detail
    return {
        "code": plain(reason["code"]),
        "sentence": sentence,
        "detail": detail if detail != sentence else None,
    }
