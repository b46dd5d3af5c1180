"""What a check found, in one line with its remedy."""

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["ok", "failed", "skipped"]
_WORDS = {"ok": "ok     ", "failed": "FAILED ", "skipped": "skipped"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's answer; `remedy` says what to do where it failed or could not be made."""

    name: str
    state: State
    detail: str
    remedy: str | None = None

    def line(self) -> str:
        """For people."""
        remedy = f" {self.remedy}" if self.remedy and self.state != "ok" else ""
        return f"{_WORDS[self.state]}  {self.name}: {self.detail}{remedy}"

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "name": self.name,
            "state": self.state,
            "detail": self.detail,
            "remedy": self.remedy,
        }


def ok(name: str, detail: str) -> Finding:
    """All is well."""
    return Finding(name, "ok", detail)


def failed(name: str, detail: str, remedy: str) -> Finding:
    """It is not, and this is what to do."""
    return Finding(name, "failed", detail, remedy)


def skipped(name: str, how: str) -> Finding:
    """Nothing says where it is; `how` says how to say it."""
    return Finding(name, "skipped", "Not checked: nothing says where it is.", how)
