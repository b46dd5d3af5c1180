"""Lines of a file, each handed to campaign; what became of each, by its line."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import orjson

from giftstream_cli.api import Api
from giftstream_cli.events.lines import Good, check_line
from giftstream_cli.events.source import Line, Lines
from giftstream_cli.failures import NotHeld, ServerAway
from giftstream_cli.making import rerun_key
from giftstream_cli.selections.following import Became

AT_ONCE = 8
TOPIC = "selection.submitted"
PATH = "/selections"


@dataclass(slots=True)
class Submitted:
    """One line: taken as `brand_id` and `selection_id`, or not, and why."""

    line: int
    brand_id: str | None = None
    selection_id: str | None = None
    problems: list[str] = field(default_factory=list)
    away: bool = False
    became: list[Became] = field(default_factory=list)

    @property
    def name(self) -> tuple[str, str] | None:
        """Brand and selection, where it was taken."""
        if self.problems or self.brand_id is None or self.selection_id is None:
            return None
        return self.brand_id, self.selection_id

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "line": self.line,
            "selection_id": self.selection_id,
            "brand_id": self.brand_id,
            "problems": self.problems,
            "became": [one.document() for one in self.became],
        }


def checked_lines(
    file: str, fill: Mapping[str, str]
) -> list[tuple[Submitted, dict[str, Any] | None]]:
    """Each line with its body, or with what is wrong in it. Raises WrongUse for the file."""
    return [_checked(line, fill) for line in asyncio.run(_read(file))]


async def _read(file: str) -> Sequence[Line]:
    lines = Lines.of(file)
    try:
        return [line async for batch, _ in lines.batches() for line in batch]
    finally:
        lines.close()


def _checked(line: Line, fill: Mapping[str, str]) -> tuple[Submitted, dict[str, Any] | None]:
    number, raw = line
    good = check_line(number, raw, TOPIC, fill)
    if not isinstance(good, Good):
        problems = [f"{one.path or 'the whole line'}: {one.detail}" for one in good]
        return Submitted(number, problems=problems), None
    body: dict[str, Any] = orjson.loads(good.value)
    # Made up for Kafka from the time of this run: the same line twice shall be the same request.
    for name in {"event_id", "occurred_at"} - set(orjson.loads(raw)):
        del body[name]
    return Submitted(number, body["brand_id"], body["selection_id"]), body


def submit(api: Api, one: Submitted, body: dict[str, Any]) -> None:
    """Hand it in; what refuses it is kept with it."""
    try:
        api.created(PATH, body, rerun_key(PATH, body))
    except (NotHeld, ServerAway) as failed:
        one.problems.append(failed.sentence)
        one.away = isinstance(failed, ServerAway)


def submit_all(api: Api, lines: Sequence[tuple[Submitted, dict[str, Any]]], done: Any) -> None:
    """Several at once; once a server is away the rest is not tried."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for start in range(0, len(lines), AT_ONCE):
            batch = lines[start : start + AT_ONCE]
            list(pool.map(lambda line: submit(api, *line), batch))
            done(len(batch))
            if any(one.away for one, _ in batch):
                for one, _ in lines[start + AT_ONCE :]:
                    one.problems.append("It was not tried: the service was away.")
                    one.away = True
                return
