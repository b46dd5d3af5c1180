"""The one source of the current time."""

from datetime import UTC, datetime

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything of ours."""


def now() -> datetime:
    """Aware UTC, cut to milliseconds as MongoDB cuts, so that a time read back equals itself."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
