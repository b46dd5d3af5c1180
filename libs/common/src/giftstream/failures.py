"""Kinds of failure, named by what to do about them: try again later, never, or mend what we were
told."""


class Transient(Exception):
    """Worth another try: something outside is away or busy. Never a reason to park or to give up.

    `retry_after_s` is a hint in seconds, where the other side gave one.
    """

    def __init__(self, detail: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = retry_after_s


class Poison(Exception):
    """A record that no retry will ever make good. It is parked with its raw bytes.

    `reason` is a short word for the `dlq-error` header; `detail` says more, without personal data.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class WrongSetting(ValueError):
    """What a service was told cannot be used; the sentence names it, and no secret."""


class NotStarted(Exception):
    """Something outside is missing that a service cannot start without; the sentence names it."""
