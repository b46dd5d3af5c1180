"""`giftstream events publish`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from giftstream.events import EVENTS
from giftstream.kafka import Kafka
from giftstream.producer import Producer
from rich.progress import Progress

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.events.lines import MAX_BYTES, Problem
from giftstream_cli.events.publishing import Publication, Report
from giftstream_cli.events.signing import SigningKey, signing_key
from giftstream_cli.events.source import Lines
from giftstream_cli.failures import NOT_HELD, WrongUse
from giftstream_cli.kafka import kafka_named, require_topic
from giftstream_cli.output import print_json, print_lines, progress_bar, say

app = typer.Typer(no_args_is_help=True, help="Put events onto Kafka, checked and signed.")

MOST_TOLD = 50


File = Annotated[str, typer.Argument(help="JSON lines, one event a line; - for stdin.")]
Topic = Annotated[str, typer.Option(help="The topic, and so the kind of event.")]
Key = Annotated[
    str | None,
    typer.Option(
        metavar="KEY_ID:SECRET",
        envvar="GIFTSTREAM_PUBLISHER_KEY",
        show_envvar=True,
        help="Sign each line with this publisher key.",
    ),
]
KeyFile = Annotated[
    Path | None, typer.Option(help="The same from a file: KEY_ID:SECRET, or JSON {key_id, secret}.")
]
Brand = Annotated[str | None, typer.Option(help="brand_id of lines that leave it out.")]
Campaign = Annotated[str | None, typer.Option(help="campaign_id of lines that leave it out.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check, publish nothing.")]
AllOrNothing = Annotated[
    bool, typer.Option("--all-or-nothing", help="Publish only if every line is good.")
]
Limit = Annotated[int | None, typer.Option(min=1, help="Stop after so many lines.")]


@app.command("publish")
def publish(
    file: File,
    topic: Topic = "selection.submitted",
    key: Key = None,
    key_file: KeyFile = None,
    brand: Brand = None,
    campaign: Campaign = None,
    dry_run: DryRun = False,
    all_or_nothing: AllOrNothing = False,
    limit: Limit = None,
    kafka: options.Kafka = None,
    json: options.Json = False,
) -> None:
    """Publish a file of events.

    Every line is checked against its event first. A bad line is told with its number, the field
    and what is wrong; the good lines are published all the same, unless --all-or-nothing. Running
    it twice is harmless: a line without event_id gets one that derives from its content.

    Exit codes: 0 all published, 1 some lines were bad (or Ctrl-C), 2 wrong usage, 3 Kafka is away.

    Examples:

    \b
      giftstream events publish examples/selections.jsonl --dry-run
      giftstream events publish gifts.jsonl --brand acme --campaign spring --key-file acme.key
      jq -c '.[]' gifts.json | giftstream events publish - --json
    """
    if topic not in EVENTS:
        raise WrongUse(f"There is no topic {topic}; known are {', '.join(sorted(EVENTS))}.")
    signing = signing_key(key, key_file)
    fill = {n: v for n, v in (("brand_id", brand), ("campaign_id", campaign)) if v is not None}
    servers = None if dry_run else addresses().kafka(kafka)
    report = Report(topic, dry_run)
    asyncio.run(_run(file, report, servers, _Wish(fill, signing, limit, all_or_nothing)))
    _tell(report, json=json)
    if report.bad or report.interrupted:
        raise typer.Exit(NOT_HELD)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for, beside the file and the topic."""

    fill: Mapping[str, str]
    key: SigningKey | None
    limit: int | None
    all_or_nothing: bool


async def _run(file: str, report: Report, servers: Kafka | None, wish: _Wish) -> None:
    lines = Lines.of(file)
    try:
        if wish.all_or_nothing:
            lines = await lines.repeatable()
        with progress_bar() as bar:
            publication = _publication(lines, report, wish, bar)
            await _publish(publication, report, servers, all_or_nothing=wish.all_or_nothing)
    except asyncio.CancelledError:
        report.interrupted = True  # Ctrl-C: what Kafka confirmed is told, the rest was not sent
    finally:
        lines.close()


def _publication(lines: Lines, report: Report, wish: _Wish, bar: Progress) -> Publication:
    task = bar.add_task("Checking" if report.dry_run else "Publishing", total=lines.size)

    def tell(problem: Problem) -> None:
        if report.bad <= MOST_TOLD:
            say(str(problem))
        elif report.bad == MOST_TOLD + 1:
            say("More lines are bad; --json lists up to 1,000 of what is wrong.")

    return Publication(
        lines, report.topic, wish.fill, wish.key, wish.limit, tell, lambda n: bar.advance(task, n)
    )


async def _publish(
    publication: Publication, report: Report, servers: Kafka | None, *, all_or_nothing: bool
) -> None:
    if servers is None:
        await publication.check(report)
        return
    if all_or_nothing:
        await publication.check(report)
        if report.bad:
            return
        report.lines = report.good = 0
        publication.lines.again()
    producer = Producer(servers, max_message_bytes=2 * MAX_BYTES)
    async with kafka_named(servers, lambda: f"{report.published} events were published. "):
        await require_topic(servers, report.topic)
        await producer.start()
        try:
            await publication.publish(report, producer)
        finally:
            await producer.stop()


def _tell(report: Report, *, json: bool) -> None:
    if json:
        print_json(report.document())
        return
    done = "would be published" if report.dry_run else "published"
    count = report.good if report.dry_run else report.published
    print_lines([f"{count} of {report.lines} events {done} to {report.topic}; {report.bad} bad."])
    if {"brand_id", "campaign_id"} & {one.path for one in report.problems}:
        say("Lines that name neither need --brand BRAND_ID and --campaign CAMPAIGN_ID.")
    if report.interrupted:
        say(
            f"Stopped by Ctrl-C: published up to line {report.last_published_line or 0}. The same "
            "command again is harmless: repeats have no second effect."
        )
