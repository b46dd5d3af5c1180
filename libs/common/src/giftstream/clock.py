"""The one source of the current time."""

from datetime import UTC, datetime


def now() -> datetime:
    """Aware UTC, cut to milliseconds as MongoDB cuts, so that a time read back equals itself."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
