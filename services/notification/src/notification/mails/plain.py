"""Words from outside, made safe to print."""

import re

MAX_WORDS = 200
_STEERS = r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
_STEERING = re.compile(rf"[{_STEERS}]+")
_STEERING_OR_SPACE = re.compile(rf"[\s{_STEERS}]+")
_LINK = re.compile(r"https://[^\s<>\"'\\\x00-\x20\x7f]{1,1900}")


def plain(text: object, most: int = MAX_WORDS) -> str:
    """One line of at most 200 characters: nothing that breaks a line, or turns its direction."""
    return _STEERING_OR_SPACE.sub(" ", "" if text is None else str(text)).strip()[:most]


def printable(line: str) -> str:
    """A line as it was written, without what steers terminals and mail readers."""
    return _STEERING.sub("", line.replace("\t", "    ")).rstrip()


def link(text: object) -> str | None:
    """The text where it is an encrypted web address, else None: stores may say anything."""
    return text if isinstance(text, str) and _LINK.fullmatch(text) else None
