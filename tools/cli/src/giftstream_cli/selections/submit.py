"""`giftstream selections submit`."""

from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.api import Api
from giftstream_cli.brands.asking import campaign_api
from giftstream_cli.campaigns.asking import LOOK, campaign_path
from giftstream_cli.failures import AWAY, NOT_HELD, CommandFailed
from giftstream_cli.ids import looked_up
from giftstream_cli.output import print_json, print_lines, print_table, progress_bar, say
from giftstream_cli.selections.following import Followed, row
from giftstream_cli.selections.submitting import Submitted, checked_lines, submit_all

COLUMNS = ("line", "selection", "became", "order", "store", "reasons")
MOST_TOLD = 50

File = Annotated[
    str, typer.Argument(metavar="FILE", help="JSON lines, one selection a line; - for stdin.")
]
Campaign = Annotated[
    str | None,
    typer.Option(metavar="CAMPAIGN_ID", help="Of lines that name none; it gives the brand, too."),
]
Brand = Annotated[str | None, typer.Option(metavar="BRAND_ID", help="Of lines that name none.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check every line, hand in nothing.")]
Wait = Annotated[
    float,
    typer.Option(
        "--wait", metavar="SECONDS", min=0, help="How long to follow them; 0: not at all."
    ),
]


def submit_selections(
    file: File,
    campaign: Campaign = None,
    brand: Brand = None,
    wait: Wait = 30.0,
    dry_run: DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Hand in selections over HTTP, as a platform without Kafka would, and say what became of each.

    A line is the body of selection.submitted. A bad line is told with its number, the field and
    what is wrong; the others are handed in all the same. Stays until each is placed, held, waiting
    for a person, or refused. The same file again is harmless: a selection is taken once.

    Exit codes: 0 all taken, 1 some were not, 2 wrong usage, 3 a service is away.

    Examples:

    \b
      giftstream selections submit examples/selections.jsonl --campaign CAMPAIGN_ID
      … | giftstream selections submit - --brand acme --campaign spring --wait 0 --json
    """
    fill = _fill(campaign, brand, url, api_key)
    lines = checked_lines(file, fill)
    every = [one for one, _ in lines]
    good = [(one, body) for one, body in lines if body is not None]
    if good and not dry_run:
        _hand_in(good, url, api_key)
        if wait:
            _follow([one for one, _ in good], api_key, wait)
    if not fill and any("campaign_id" in why for one in every for why in one.problems):
        say("Lines that name no campaign need --campaign CAMPAIGN_ID: `giftstream campaigns list`.")
    _tell(every, dry_run=dry_run, followed=bool(wait), json=json)
    if any(one.away for one in every):
        raise typer.Exit(AWAY)
    if any(one.problems for one in every):
        raise typer.Exit(NOT_HELD)


def _fill(
    campaign: str | None, brand: str | None, url: str | None, api_key: str | None
) -> dict[str, str]:
    if campaign is not None and brand is None:
        with campaign_api(url, api_key) as api, looked_up(LOOK):
            brand = str(api.get(campaign_path(campaign))["brand_id"])
    given = {"campaign_id": campaign, "brand_id": brand}
    return {name: value for name, value in given.items() if value is not None}


def _hand_in(
    good: list[tuple[Submitted, dict[str, Any]]], url: str | None, api_key: str | None
) -> None:
    with campaign_api(url, api_key) as api, progress_bar() as bar:
        task = bar.add_task("Handing in", total=len(good))
        submit_all(api, good, lambda count: bar.advance(task, count))


def _follow(handed_in: list[Submitted], api_key: str | None, within_s: float) -> None:
    known = addresses()
    named = {one.name: one for one in handed_in if one.name is not None}
    url = known.maybe_service("order-placement")
    if not named:
        return
    if url is None:
        say("What became of them: `giftstream orders list`.")
        return
    with Api(url, known.key(api_key)) as api, progress_bar() as bar:
        task = bar.add_task("Following", total=len(named))
        followed = Followed(api, (name for name in named if name is not None))
        try:
            followed.until_settled(within_s, lambda done: bar.update(task, completed=done))
        except KeyboardInterrupt:
            say("They go on without you: see `giftstream orders list`.")
        except CommandFailed as failed:
            say(f"They are handed in, and cannot be followed now: {failed.sentence}")
    for name, one in named.items():
        one.became = followed.became[name] if name else []


def _tell(every: list[Submitted], *, dry_run: bool, followed: bool, json: bool) -> None:
    bad = [one for one in every if one.problems]
    if json:
        print_json({"dry_run": dry_run, "items": [one.document() for one in every]})
    elif followed and not dry_run and any(one.became for one in every):
        rows = [
            (one.line, *row(one.selection_id, became)) for one in every for became in one.became
        ]
        print_table(COLUMNS, rows)
    for one in bad[:MOST_TOLD]:
        say(f"line {one.line}: {' '.join(one.problems)}")
    if len(bad) > MOST_TOLD:
        say(f"{len(bad) - MOST_TOLD} more lines are bad; --json lists all.")
    done = "would be handed in" if dry_run else "handed in"
    said = f"{len(every) - len(bad)} of {len(every)} selections {done}; {len(bad)} not."
    if json or (followed and not dry_run):
        say(said)
    else:
        print_lines([said])
    waiting = sum(any(b.status == "waiting" for b in one.became) for one in every)
    if waiting:
        say(f"{waiting} are still waited for: see `giftstream selections show` in a moment.")
