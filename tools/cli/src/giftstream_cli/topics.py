"""`giftstream topics apply`."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from giftstream.kafka import Kafka
from giftstream.topics import Difference, TopicsNotApplied, apply

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.failures import NOT_HELD, NotHeld
from giftstream_cli.kafka import kafka_named
from giftstream_cli.output import print_json, print_lines, say

app = typer.Typer(no_args_is_help=True, help="Kafka's topics as giftstream needs them.")


@app.callback()
def topics() -> None:
    """Kafka's topics as giftstream needs them."""


@app.command("apply")
def apply_topics(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show the difference, change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    replicas: Annotated[
        int,
        typer.Option("--replicas", min=1, max=32_767, help="Copies of each new topic."),
    ] = 1,
    kafka: options.Kafka = None,
    json: options.Json = False,
) -> None:
    """Create the topics that are missing and correct the settings of the others.

    Shows the difference first. On a terminal it asks before it changes anything, unless --yes; in a
    script it goes on by itself. It may be run again at any time: where nothing differs, nothing is
    done. It never deletes a topic, lowers a limit, or changes a number of partitions.

    Examples:

    \b
      giftstream topics apply --dry-run
      giftstream topics apply --yes --kafka kafka-1:9092,kafka-2:9092 --replicas 3
    """
    servers = addresses().kafka(kafka)
    found = asyncio.run(_applied(servers, replicas, dry_run=True))
    if not json:
        print_lines([str(one) for one in found] or ["All topics are as they should be."])
    todo = [one for one in found if one.what != "partitions"]
    if todo and not dry_run:
        if not (yes or json or _agreed(len(todo))):
            say("Nothing was changed.")
            raise typer.Exit(NOT_HELD)
        found = asyncio.run(_applied(servers, replicas, dry_run=False))
    _tell(found, dry_run=dry_run, json=json)


def _agreed(changes: int) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    return typer.confirm(f"Make these {changes} changes?", default=True, err=True)


async def _applied(servers: Kafka, replicas: int, *, dry_run: bool) -> list[Difference]:
    try:
        async with kafka_named(servers):
            return await apply(servers, dry_run=dry_run, replication_factor=replicas)
    except TopicsNotApplied as refused:
        raise NotHeld(f"Kafka refused a topic, {refused}. Correct that and run it again.") from None


def _tell(found: Sequence[Difference], *, dry_run: bool, json: bool) -> None:
    if json:
        shown = [
            {
                "topic": one.topic,
                "what": one.what,
                "field": one.field or None,
                "found": one.found,
                "wanted": one.wanted,
                "applied": one.applied,
            }
            for one in found
        ]
        print_json({"dry_run": dry_run, "differences": shown})
        return
    changed = sum(one.applied for one in found)
    if changed:
        say(f"{changed} changes made.")
    if any(one.what == "partitions" for one in found):
        say(
            "Numbers of partitions are left as they are: more of them would move keys from one "
            "partition to another. Add them with Kafka's own tools while nothing is published."
        )
