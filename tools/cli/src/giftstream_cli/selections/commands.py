"""`giftstream selections submit|show|withdraw`."""

from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.api import Api
from giftstream_cli.ids import looked_up, path_id
from giftstream_cli.output import print_json, print_table, safe, say
from giftstream_cli.selections.following import outcome, row
from giftstream_cli.selections.submit import submit_selections
from giftstream_cli.selections.withdraw import withdraw_selections

app = typer.Typer(
    no_args_is_help=True, help="Hand in selections over HTTP, see what they became, take them back."
)
app.command("submit")(submit_selections)
app.command("withdraw")(withdraw_selections)

COLUMNS = ("selection", "became", "order", "store", "reasons")


@app.command("show")
def show_selection(
    brand_id: Annotated[str, typer.Argument(metavar="BRAND_ID", help="Whose it is.")],
    selection_id: Annotated[
        str, typer.Argument(metavar="SELECTION_ID", help="As its publisher named it.")
    ],
    url: options.Url = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Show what became of one selection, however it came: its orders, or why there are none.

    Examples:

    \b
      giftstream selections show BRAND_ID sel-1001
    """
    path = f"/selections/{path_id(brand_id, 'brand')}/{path_id(selection_id, 'selection')}"
    known = addresses()
    with Api(known.service("order-placement", url), known.key(api_key)) as api, looked_up(_LOOK):
        found = api.get(path)
    if json:
        print_json(found)
        return
    print_table(COLUMNS, _rows(found))
    for refusal in found.get("refusals") or ():
        for reason in refusal["reasons"]:
            say(safe(f"Refused: {reason['code']}: {reason['detail']}"))
    if withdrawal := found.get("withdrawal"):
        say(
            safe(
                f"Withdrawn ({withdrawal['outcome']}): {withdrawal['reason'] or 'no reason given'}"
            )
        )


_LOOK = "It takes a moment after it was published; what cannot be read is in `giftstream dlq list`."


def _rows(found: dict[str, Any]) -> list[tuple[object, ...]]:
    return [row(found["selection_id"], one) for one in outcome(found)]
