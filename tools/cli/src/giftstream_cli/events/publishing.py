"""Publishes a stream of checked lines, and counts what became of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from giftstream.events import headers_for
from giftstream.producer import Message, Producer
from giftstream.tracing import new_traceparent

from giftstream_cli.events.lines import Good, Problem, check_line
from giftstream_cli.events.signing import SigningKey
from giftstream_cli.events.source import Line, Lines

BATCH = 500
MOST_PROBLEMS = 1000
SOURCE = "giftstream-cli"


@dataclass(slots=True)
class Report:
    """What became of the lines. `published` are those that Kafka has confirmed."""

    topic: str
    dry_run: bool = False
    lines: int = 0
    good: int = 0
    bad: int = 0
    published: int = 0
    interrupted: bool = False
    problems: list[Problem] = field(default_factory=list)
    last_published_line: int | None = None

    def document(self) -> dict[str, Any]:
        """For `--json`; at most 1,000 problems."""
        return {
            "topic": self.topic,
            "dry_run": self.dry_run,
            "lines": self.lines,
            "good": self.good,
            "bad": self.bad,
            "published": self.published,
            "last_published_line": self.last_published_line,
            "interrupted": self.interrupted,
            "problems": [
                {"line": one.line, "path": one.path, "detail": one.detail} for one in self.problems
            ],
        }


@dataclass(frozen=True, slots=True)
class Publication:
    """What to publish, and how."""

    lines: Lines
    topic: str
    fill: Mapping[str, str]
    key: SigningKey | None
    limit: int | None
    tell: Callable[[Problem], None]
    advance: Callable[[int], None]

    async def check(self, report: Report) -> None:
        """Read every line and tell what is wrong; publishes nothing."""
        async for lines, size in self.lines.batches():
            self._good(report, lines)
            self.advance(size)
            if self._enough(report):
                return

    async def publish(self, report: Report, producer: Producer) -> None:
        """Publish the good lines as they come, in order. Raises Transient when Kafka is away."""
        async for lines, size in self.lines.batches():
            good = self._good(report, lines)
            for start in range(0, len(good), BATCH):
                await self._send(report, producer, good[start : start + BATCH])
            self.advance(size)
            if self._enough(report):
                return

    def _enough(self, report: Report) -> bool:
        return self.limit is not None and report.lines >= self.limit

    def _good(self, report: Report, lines: Sequence[Line]) -> list[Good]:
        room = len(lines) if self.limit is None else self.limit - report.lines
        checked = [self._checked(report, number, raw) for number, raw in lines[:room]]
        return [good for good in checked if good is not None]

    def _checked(self, report: Report, number: int, raw: bytes) -> Good | None:
        report.lines += 1
        checked = check_line(number, raw, self.topic, self.fill)
        if isinstance(checked, Good):
            report.good += 1
            return checked
        report.bad += 1
        for problem in checked:
            self.tell(problem)
            if len(report.problems) < MOST_PROBLEMS:
                report.problems.append(problem)
        return None

    async def _send(self, report: Report, producer: Producer, lines: list[Good]) -> None:
        if not lines:
            return
        await producer.publish([self._message(line) for line in lines])
        report.published += len(lines)
        report.last_published_line = lines[-1].line

    def _message(self, line: Good) -> Message:
        headers = headers_for(line.event, source=SOURCE, traceparent=new_traceparent())
        if self.key is not None:
            headers.append(self.key.header(line.value))
        return Message(self.topic, line.event.key().encode(), line.value, tuple(headers))
