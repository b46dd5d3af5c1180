"""The command's table of contents: one group a file."""

import typer

from giftstream_cli.brands import commands as brands
from giftstream_cli.campaigns import commands as campaigns
from giftstream_cli.catalog import commands as catalog
from giftstream_cli.dlq import commands as dlq
from giftstream_cli.doctor.commands import doctor
from giftstream_cli.events import commands as events
from giftstream_cli.lanes import commands as lanes
from giftstream_cli.operations import keys, outbox
from giftstream_cli.operations.republish import republish
from giftstream_cli.orders import commands as orders
from giftstream_cli.selections import commands as selections
from giftstream_cli.stores import commands as stores
from giftstream_cli.topics import app as topics

app = typer.Typer(
    name="giftstream",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(brands.app, name="brands")
app.add_typer(stores.app, name="stores")
app.add_typer(campaigns.app, name="campaigns")
app.add_typer(catalog.app, name="catalog")
app.add_typer(selections.app, name="selections")
app.add_typer(events.app, name="events")
app.add_typer(orders.app, name="orders")
app.add_typer(lanes.app, name="lanes")
app.add_typer(topics, name="topics")
app.add_typer(dlq.app, name="dlq")
app.add_typer(outbox.app, name="outbox")
app.add_typer(keys.app, name="keys")
app.command("republish")(republish)
app.command("doctor")(doctor)


@app.callback()
def giftstream() -> None:
    """Work with a running giftstream: brands and their stores, orders, dead letters, its health.

    A creator's gift selection comes in, becomes an order, and the order is placed in the brand's
    own store. These commands set brands up, put selections in, show what became of them, and bring
    back what could not be read.

    Where things are: with `make run` everything is found by itself (.giftstream/run.json, in the
    folder where it runs). Else set GIFTSTREAM_KAFKA=host:port, GIFTSTREAM_KEY, and each service's
    address: GIFTSTREAM_URL_CAMPAIGN, GIFTSTREAM_URL_ORDER_PLACEMENT, GIFTSTREAM_URL_STORE_SYNC,
    GIFTSTREAM_URL_NOTIFICATION=http://…; or use the options. docs/operations.md says when to use
    which command.

    Is all well? On servers of your own, before the first traffic:

    \b
      giftstream topics apply
      giftstream doctor

    From a running stack to the first gifts of a brand; each command prints the id for the next, and
    -q nothing else:

    \b
      giftstream brands create "Acme" --contact gifts@acme.example
      giftstream stores connect --brand BRAND_ID --name "Acme" --simulated
      giftstream campaigns create "Spring" --brand BRAND_ID --store STORE_ID \\
                                  --unlimited --auto-approve
      giftstream catalog import CAMPAIGN_ID --all
      giftstream campaigns publish CAMPAIGN_ID
      giftstream selections submit examples/selections.jsonl --campaign CAMPAIGN_ID
      giftstream orders list --brand BRAND_ID

    What could do harm only shows until --yes; everything else that changes something has --dry-run.
    --json prints one JSON document on stdout; progress and remarks go to stderr. Exit codes: 0
    done, 1 something asked for did not hold, 2 wrong usage, 3 a server could not be reached.
    """
