"""The mails received, each one a file."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TypedDict

ENVELOPE_FROM = "X-Envelope-From"
ENVELOPE_TO = "X-Envelope-To"


class Mail(TypedDict):
    """A mail as the API shows it. `to` are the addresses it was sent to, not what it claims."""

    id: str
    message_id: str
    sender: str
    to: list[str]
    subject: str
    date: str
    text: str
    html: str | None
    headers: dict[str, str]


class Mails:
    """All mails of a directory, oldest first; a restart finds them again."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._mails = {path.stem: _read(path) for path in sorted(directory.glob("*.eml"))}

    def keep(self, sender: str | None, recipients: Sequence[str], content: bytes) -> Mail:
        """Write one mail to disk, synced: what was acknowledged stays."""
        mail_id = f"{max(time.time_ns(), self._newest() + 1):020d}"
        envelope = f"{ENVELOPE_FROM}: {sender or ''}\r\n{ENVELOPE_TO}: {', '.join(recipients)}\r\n"
        path = self._directory / f"{mail_id}.eml"
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            file.write(envelope.encode() + content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        self._mails[mail_id] = _read(path)
        return self._mails[mail_id]

    def find(self, *, to: str | None, subject: str | None, after: str, limit: int) -> list[Mail]:
        """Up to `limit` mails after an id: to this address, with these words in the subject."""
        found = (
            mail
            for mail in self._mails.values()
            if mail["id"] > after
            and (to is None or to.lower() in (address.lower() for address in mail["to"]))
            and (subject is None or subject.lower() in mail["subject"].lower())
        )
        return [mail for mail, _ in zip(found, range(limit), strict=False)]

    def newest(self, *, to: str | None, before: str, limit: int) -> list[Mail]:
        """Up to `limit` mails, newest first: to this address, older than an id ("": from the
        newest on)."""
        found = (
            mail
            for mail in reversed(self._mails.values())
            if (not before or mail["id"] < before)
            and (to is None or to.lower() in (address.lower() for address in mail["to"]))
        )
        return [mail for mail, _ in zip(found, range(limit), strict=False)]

    def get(self, mail_id: str) -> Mail | None:
        """One mail, None when there is none of this id."""
        return self._mails.get(mail_id)

    def remove_all(self) -> int:
        """Forget every mail; how many there were."""
        count = len(self._mails)
        for mail_id in self._mails:
            (self._directory / f"{mail_id}.eml").unlink(missing_ok=True)
        self._mails.clear()
        return count

    def _newest(self) -> int:
        return int(next(reversed(self._mails), "0"))


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    envelope_to = str(message[ENVELOPE_TO] or "")
    return Mail(
        id=path.stem,
        message_id=str(message["Message-ID"] or ""),
        sender=str(message["From"] or message[ENVELOPE_FROM] or ""),
        to=[address for address in envelope_to.split(", ") if address],
        subject=str(message["Subject"] or ""),
        date=str(message["Date"] or ""),
        text=_body(message, "plain") or "",
        html=_body(message, "html"),
        headers={
            name: str(value)
            for name, value in message.items()
            if name not in (ENVELOPE_FROM, ENVELOPE_TO)
        },
    )


def _body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return None
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode(part.get_content_charset() or "utf-8", errors="replace")
