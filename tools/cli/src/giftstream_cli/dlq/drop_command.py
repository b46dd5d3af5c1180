"""`giftstream dlq drop`."""

import asyncio
from typing import Annotated

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.dlq.dropping import Dropped, drop_before, drop_letters, moment_of
from giftstream_cli.dlq.letters import Ref
from giftstream_cli.failures import NOT_HELD, WrongUse
from giftstream_cli.output import print_json, print_lines, say

Refs = Annotated[
    list[str] | None, typer.Argument(metavar="REF...", help="Letters as `dlq list` names them.")
]
Topic = Annotated[str | None, typer.Option(help="All letters of this topic; needs --before.")]
Before = Annotated[
    str | None, typer.Option(metavar="TIME", help="2026-11-22T10:00:00Z, or an age such as 7d.")
]


def drop_command(
    refs: Refs = None,
    topic: Topic = None,
    before: Before = None,
    by: options.By = None,
    yes: options.Yes = False,
    kafka: options.Kafka = None,
    json: options.Json = False,
) -> None:
    """Be done with dead letters that nobody will ever need. Only shows until --yes.

    Letters by REF are noted as dropped: neither listed nor replayed any more; their bytes go when
    the topic's time for them is over. --topic with --before really removes everything older, from
    Kafka itself and for good, which is also how personal data in letters goes at once.

    Examples:

    \b
      giftstream dlq drop selection.submitted.dlq/2/17 --yes
      giftstream dlq drop --topic selection.submitted --before 3d
    """
    if bool(refs) == (topic is not None) or (topic is None) != (before is None):
        raise WrongUse("Name letters by their REFs, or give --topic and --before together.")
    servers = addresses().kafka(kafka)
    who = by or "unknown"
    if topic is not None and before is not None:
        work = drop_before(servers, topic, moment_of(before), who, really=yes)
    else:
        named = frozenset(Ref.parse(ref) for ref in refs or ())
        work = drop_letters(servers, named, who, really=yes)
    _tell(asyncio.run(work), json=json)


def _tell(outcome: Dropped, *, json: bool) -> None:
    if json:
        print_json(outcome.document())
    else:
        verb = "dropped" if outcome.really else "would drop"
        print_lines([f"{verb} {one}" for one in outcome.chosen])
    for ref, why in outcome.skipped.items():
        say(f"{ref} {why}.")
    if not outcome.really:
        say(f"{outcome.records} records would be dropped: add --yes to do it.")
    if any("no dead letter" in why for why in outcome.skipped.values()):
        raise typer.Exit(NOT_HELD)
