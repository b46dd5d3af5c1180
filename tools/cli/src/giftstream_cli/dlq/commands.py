"""`giftstream dlq list|show|replay|drop`."""

import asyncio
import os
from typing import Annotated, Any

import typer
from giftstream import crashpoints

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.dlq.drop_command import drop_command
from giftstream_cli.dlq.letters import Ref
from giftstream_cli.dlq.listing import list_letters
from giftstream_cli.dlq.reading import letter_at
from giftstream_cli.dlq.replaying import Choice
from giftstream_cli.dlq.running import Outcome, replay
from giftstream_cli.dlq.showing import shown
from giftstream_cli.failures import AWAY, NOT_HELD, WrongUse
from giftstream_cli.kafka import kafka_named
from giftstream_cli.output import print_fields, print_json, print_lines, print_table, say

app = typer.Typer(
    no_args_is_help=True, help="Dead letters: records that nobody could use, and their way back."
)

app.command("drop")(drop_command)

COLUMNS = ("ref", "error", "service", "source", "key", "size_bytes", "parked_at", "replayed_at")

Topic = Annotated[
    str | None, typer.Option(help="Of this topic, with or without .dlq; else of all.")
]


@app.command("list")
def list_command(
    topic: Topic = None,
    service: Annotated[str | None, typer.Option(help="Only this service's.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The newest so many.")] = 50,
    kafka: options.Kafka = None,
    json: options.Json = False,
) -> None:
    """List dead letters: where, why, whose, and whether they were replayed.

    Shows nothing of what the records say. A letter's name is its REF, topic/partition/offset.

    Examples:

    \b
      giftstream dlq list
      giftstream dlq list --topic selection.submitted --json
    """
    servers = addresses().kafka(kafka)
    found = asyncio.run(list_letters(servers, topic, service, limit))
    if json:
        print_json({"items": found.items, "total": found.total, "counts": found.counts})
        return
    print_table(COLUMNS, [[item[column] for column in COLUMNS] for item in found.items])
    if found.total > len(found.items):
        say(f"These are the newest {len(found.items)} of {found.total}: raise --limit for more.")
    elif not found.total:
        say("There are no dead letters.")


@app.command("show")
def show_command(
    ref: Annotated[str, typer.Argument(metavar="REF", help="Its topic/partition/offset.")],
    raw: Annotated[
        bool, typer.Option("--raw", help="All of the value, personal data too, made safe to print.")
    ] = False,
    kafka: options.Kafka = None,
    json: options.Json = False,
) -> None:
    """Show one dead letter: its reason, its headers, and of its value what is nobody's secret.

    Examples:

    \b
      giftstream dlq show selection.submitted.dlq/2/17
      giftstream dlq show selection.submitted.dlq/2/17 --raw
    """
    servers, place = addresses().kafka(kafka), Ref.parse(ref)

    async def read() -> dict[str, Any]:
        async with kafka_named(servers):
            return shown(await letter_at(servers, place), raw=raw)

    document = asyncio.run(read())
    if json:
        print_json(document)
        return
    told = ("headers", "value", "raw", "replayed_at")
    print_fields({name: value for name, value in document.items() if name not in told})
    print_lines(["", "headers"])
    print_fields({f"  {one['name']}": one["value"] for one in document["headers"]})
    print_lines(["", "value"])
    if raw:
        print_fields({f"  {name}": value for name, value in (document["raw"] or {}).items()})
    elif isinstance(document["value"], dict):
        print_fields({f"  {name}": value for name, value in document["value"].items()})
    else:
        print_lines([f"  {document['value'] or 'none'}"])


@app.command("replay")
def replay_command(
    refs: Annotated[
        list[str] | None, typer.Argument(metavar="REF...", help="Letters as `dlq list` names them.")
    ] = None,
    topic: Annotated[
        str | None, typer.Option(help="All letters of this topic that were not replayed yet.")
    ] = None,
    service: Annotated[
        str | None,
        typer.Option(help="Only letters of this service; names it where a letter does not."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only show.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also letters that were replayed before.")
    ] = False,
    kafka: options.Kafka = None,
    json: options.Json = False,
) -> None:
    """Give dead letters back to the service that could not use them, once it can.

    Writes each record as it first came (bytes, key, headers) to its topic, for that one service;
    other readers of the topic leave it alone. What was replayed is noted beside the letter, so that
    a second run does not replay it twice. A letter that fails again becomes a new dead letter.

    Examples:

    \b
      giftstream dlq replay selection.submitted.dlq/2/17
      giftstream dlq replay --topic selection.submitted --service order-placement --yes
    """
    if bool(refs) == (topic is not None):
        raise WrongUse("Name letters by their REFs, or give --topic, and not both.")
    crashpoints.arm(os.environ.get("GIFTSTREAM_CRASHPOINT", ""))
    named = frozenset(Ref.parse(ref) for ref in refs or ()) or None
    servers = addresses().kafka(kafka)
    outcome = asyncio.run(replay(servers, topic, Choice(named, service, again), really=yes))
    _tell(outcome, really=yes, json=json)


def _tell(outcome: Outcome, *, really: bool, json: bool) -> None:
    if json:
        print_json(outcome.document())
    else:
        print_lines([f"{'replayed' if really else 'would replay'} {ref}" for ref in outcome.told])
    for ref, why in outcome.skipped.items():
        say(f"{ref} {why}.")
    say(
        f"{len(outcome.replayed)} of {len(outcome.chosen)} letters replayed."
        if really
        else f"{len(outcome.chosen)} letters would be replayed: add --yes to do it."
    )
    if outcome.away:
        say(outcome.away)
        raise typer.Exit(AWAY)
    if outcome.interrupted or (outcome.named and outcome.skipped):
        raise typer.Exit(NOT_HELD)
