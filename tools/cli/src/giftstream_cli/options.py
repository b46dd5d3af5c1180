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
ApiKey = Annotated[
    str | None,
    typer.Option(
        "--api-key",
        metavar="KEY",
        help="API key or admin key; better in GIFTSTREAM_KEY, where `ps` does not show it.",
    ),
]
