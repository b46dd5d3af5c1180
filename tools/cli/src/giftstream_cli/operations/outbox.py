"""`giftstream outbox sweep`."""

from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.output import print_json, print_table, say
from giftstream_cli.services import each_service

app = typer.Typer(no_args_is_help=True, help="Events that wait to be published.")

Service = Annotated[str | None, typer.Option(help="Only this service's.")]


@app.callback()
def outbox() -> None:
    """Events that wait to be published."""


@app.command("sweep")
def sweep_outboxes(
    service: Service = None,
    yes: options.Yes = False,
    api_key: options.AdminKey = None,
    json: options.Json = False,
) -> None:
    """Show how much waits to be published in each service; with --yes publish it now.

    An event leaves its document as soon as Kafka has confirmed it; each service looks for what a
    crash left behind every few seconds by itself. At rest nothing waits. What stays although Kafka
    answers is worth a look at that service's log. Publishing twice is harmless.

    Examples:

    \b
      giftstream outbox sweep
      giftstream outbox sweep --service order-placement --yes
    """
    found: list[dict[str, Any]] = []
    for name, api in each_service(addresses(), api_key, service):
        answer = api.post("/admin/outbox/sweep", {}) if yes else api.get("/admin/outbox")
        found.append({"service": name, "swept": answer.get("swept"), "pending": answer["pending"]})
    waiting = sum(one["pending"] for one in found)
    if json:
        print_json({"dry_run": not yes, "pending": waiting, "items": found})
        return
    print_table(
        ("service", "swept", "pending"), [(o["service"], o["swept"], o["pending"]) for o in found]
    )
    if not yes:
        say(f"{waiting} documents hold events: add --yes to publish them now.")
    elif waiting:
        say(f"{waiting} documents hold events still; what changed just now goes by itself.")
