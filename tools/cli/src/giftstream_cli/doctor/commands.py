"""`giftstream doctor`."""

from pathlib import Path
from typing import Annotated

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.doctor.examining import Asked, examine
from giftstream_cli.doctor.finding import Finding
from giftstream_cli.failures import NOT_HELD, WrongUse
from giftstream_cli.output import print_json, print_lines, safe, say

Sealing = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Else GIFTSTREAM_SEALING_KEY_FILE.")
]
Smtp = Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Else NOTIFICATION_SMTP.")]
Webhooks = Annotated[
    str | None,
    typer.Option(metavar="URL", help="What stores call; else STORE_SYNC_WEBHOOK_URL."),
]
Replicas = Annotated[
    int, typer.Option(min=1, max=32_767, help="As `topics apply` was told; 3 and more want more.")
]
MaxLag = Annotated[
    int, typer.Option(min=0, help="A service may be this many records behind in all.")
]
Acls = Annotated[
    bool,
    typer.Option(
        "--acls",
        help="Fail where Kafka has no ACLs, or lets several write what one service sends:"
        " in production it shall not.",
    ),
]
Operators = Annotated[
    list[str] | None,
    typer.Option(
        "--operator", metavar="PRINCIPAL", help="Who may write every topic beside the services."
    ),
]
Stores = Annotated[bool, typer.Option("--stores/--no-stores", help="Check each store too.")]


def doctor(
    kafka: options.Kafka = None,
    sealing_key_file: Sealing = None,
    smtp: Smtp = None,
    webhooks: Webhooks = None,
    replicas: Replicas = 1,
    max_lag: MaxLag = 10_000,
    acls: Acls = False,
    operator: Operators = None,
    stores: Stores = True,
    api_key: options.AdminKey = None,
    json: options.Json = False,
) -> None:
    """Check everything that giftstream stands on; each failure is one line with its remedy.

    Kafka, its topics, who may write them, and how far each service is behind; MongoDB with
    majority writes and indexes; the sealing key; the mail server; the public address for webhooks;
    each service; each store, where lost webhooks are registered anew on the way. What nothing tells
    the address of is skipped, and says so. Exit code 1 when anything failed.

    Examples:

    \b
      giftstream doctor
      giftstream doctor --no-stores --json
      giftstream doctor --acls --operator User:sre
    """
    around = (sealing_key_file, smtp, webhooks)
    writers = (acls, tuple(operator or ()))
    asked = Asked(kafka, api_key, *around, replicas, max_lag, *writers, stores)
    found: list[Finding] = []
    for one in examine(addresses(), asked):
        found.append(one)
        if not json:
            print_lines([safe(one.line())])
    _tell(found, json=json)


def _tell(found: list[Finding], *, json: bool) -> None:
    counts = {state: sum(one.state == state for one in found) for state in _STATES}
    if not counts["ok"] and not counts["failed"]:
        raise WrongUse("Nothing was checked: name the servers, or start them with `make run`.")
    if json:
        healthy = counts["failed"] == 0
        print_json({"ok": healthy, **counts, "checks": [one.document() for one in found]})
    say(f"{counts['ok']} well, {counts['failed']} failed, {counts['skipped']} skipped.")
    if counts["failed"]:
        raise typer.Exit(NOT_HELD)


_STATES = ("ok", "failed", "skipped")
