"""Options that several commands share, each described once."""

from typing import Annotated

import typer

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout, for programs.")
]
Kafka = Annotated[
    str | None,
    typer.Option(
        "--kafka",
        metavar="HOST:PORT",
        help="Kafka's address; else GIFTSTREAM_KAFKA, else .giftstream/run.json.",
    ),
]
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help="order-placement's address; else GIFTSTREAM_URL_ORDER_PLACEMENT, else run.json.",
    ),
]
StoreSyncUrl = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help="store-sync's address; else GIFTSTREAM_URL_STORE_SYNC, else run.json.",
    ),
]
AdminKey = Annotated[
    str | None,
    typer.Option(
        "--api-key",
        metavar="KEY",
        help="The admin key; better in GIFTSTREAM_KEY, where `ps` does not show it.",
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", envvar="USER", show_envvar=True, help="Who does so; it is kept on record."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without, only show.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only show what would be done, change nothing.")
]
ApiKey = Annotated[
    str | None,
    typer.Option(
        "--api-key",
        metavar="KEY",
        help="API key or admin key; better in GIFTSTREAM_KEY, where `ps` does not show it.",
    ),
]
CampaignUrl = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help="campaign's address; else GIFTSTREAM_URL_CAMPAIGN, else run.json.",
    ),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print only the new id, or key, for scripts.")
]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")]
Another = Annotated[
    bool, typer.Option("--another", help="One more, although the same command made one before.")
]
