"""JSON lines on stderr that may be shown to anybody: facts and ids, never payloads or people.

    log.info("order.placed", order_id=order.id, store_id=order.store_id)

Only field names known to be harmless are written; others are dropped and counted in `dropped`.
"""

import logging
import re
import sys
import time
import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

MAX_TEXT = 500
QUIET_S = 1.0
MOST_REMEMBERED = 1000

_HARMLESS = (
    "service event level at correlation_id dropped logger message error frames "
    "event_id selection_id order_id brand_id campaign_id creator_id store_id item_id message_id "
    "import_id participation_id delivery_id subscription_id key_id prefix caller document_id "
    "topic topics partition partitions offset group source key "
    "collection index task method route status_code operation platform "
    "status store_status from_status reason reasons code codes path detail_code audience channel "
    "template count records size size_bytes waiting parked refused replayed written published "
    "duration_s delay_s retry_after_s deadline_s age_s lag attempt attempts part number "
    "sequence observation revision version epoch lane replica crashpoint signal host port setting "
    "fault kind state name"
)
ALLOWED = frozenset(_HARMLESS.split())

log: FilteringBoundLogger = structlog.get_logger()

_ADDRESS = re.compile(r"\S+@\S+")


def _frames(trace: TracebackType | None) -> list[str]:
    """Where it happened, innermost last: `file:line function` of at most 12 frames."""
    return [
        f"{frame.filename.rpartition('/site-packages/')[2].rpartition('/src/')[2]}"
        f":{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)[-12:]
    ]


def _without_exception_text(_: WrappedLogger, __: str, fields: EventDict) -> EventDict:
    # What an exception says may quote its input (validation, database and HTTP errors all do).
    raised = fields.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()[1]
    elif isinstance(raised, tuple):
        raised = raised[1]
    if isinstance(raised, BaseException):
        fields["error"] = type(raised).__name__
        fields["frames"] = _frames(raised.__traceback__)
    return fields


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else value[:MAX_TEXT] + "…"
    if isinstance(value, list | tuple | set | frozenset):
        return [
            _plain(item) if isinstance(item, str | int) else type(item).__name__ for item in value
        ]
    return type(value).__name__


class _OnlyAllowed:
    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(allowed)

    def __call__(self, _: WrappedLogger, __: str, fields: EventDict) -> EventDict:
        kept: EventDict = {
            name: _plain(value) for name, value in fields.items() if name in self._allowed
        }
        if len(kept) < len(fields):
            kept["dropped"] = len(fields) - len(kept)
        return kept


class _Bridge(logging.Handler):
    """Carries what libraries log through the standard module into the same lines.

    A line that repeats is written once a second: a Kafka client whose broker is away says the
    same thing some thousand times a second, which would fill the disk of whoever keeps the logs.
    """

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self._said: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = _ADDRESS.sub("[address]", record.getMessage())[:MAX_TEXT]
        except (TypeError, ValueError):
            message = "unprintable"
        moment = time.monotonic()
        if moment - self._said.get(message, -QUIET_S) < QUIET_S:
            return
        if len(self._said) >= MOST_REMEMBERED:
            self._said.clear()
        self._said[message] = moment
        log.log(record.levelno, record.name, message=message, exc_info=record.exc_info)


def _dumps(fields: EventDict, **_: Any) -> bytes:
    return orjson.dumps(fields)


def configure(service: str, level: str = "info", fields: Iterable[str] = ()) -> None:
    """Log lines of this process from `level` up; `fields` are further harmless names."""

    def name_service(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            name_service,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _without_exception_text,
            _OnlyAllowed(ALLOWED | frozenset(fields)),
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_Bridge(logging.WARNING)]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "faststream", "aiokafka"):
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
        library.setLevel(logging.WARNING)
