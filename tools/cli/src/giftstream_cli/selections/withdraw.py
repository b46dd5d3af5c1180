"""`giftstream selections withdraw`."""

from typing import Annotated

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.api import Api
from giftstream_cli.brands.asking import campaign_api
from giftstream_cli.failures import CommandFailed, NotHeld, ServerAway, WrongUse
from giftstream_cli.ids import path_id
from giftstream_cli.orders.asking import end
from giftstream_cli.output import print_json, print_lines, safe
from giftstream_cli.selections.withdrawing import Result, followed, foreseen, looked, result

LONGEST_REASON = 2000

Brand = Annotated[str, typer.Argument(metavar="BRAND_ID", help="Whose they are.")]
Ids = Annotated[
    list[str],
    typer.Argument(
        metavar="SELECTION_ID...", help="One or several, as their publisher named them."
    ),
]
Reason = Annotated[
    str | None, typer.Option(help="Why, in words that the creator is told too, as they are.")
]
Wait = Annotated[
    float,
    typer.Option(
        "--wait", metavar="SECONDS", min=0, help="How long to follow each; 0: not at all."
    ),
]


def withdraw_selections(
    brand_id: Brand,
    selection_ids: Ids,
    reason: Reason = None,
    wait: Wait = 15.0,
    dry_run: options.DryRun = False,
    url: options.CampaignUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Take selections back, as their platform would: it counts until placing starts.

    What waits is cancelled at once; what is being placed, as soon as its outcome is known. What is
    in the store stays: a person may cancel it with `orders cancel`. A selection that has not come
    yet is made cancelled when it comes. Twice is harmless; the first reason stands.

    Exit code 1 when one was refused, or came too late for an order. --dry-run shows what each would
    meet.

    Examples:

    \b
      giftstream selections withdraw BRAND_ID sel-1001 --reason "Chosen by mistake."
      giftstream selections withdraw BRAND_ID sel-1001 sel-1002 --dry-run
    """
    if reason is not None and len(reason) > LONGEST_REASON:
        raise WrongUse(f"--reason has at most {LONGEST_REASON} characters.")
    brand_id = path_id(brand_id, "brand")
    names = [(brand_id, path_id(one, "selection")) for one in dict.fromkeys(selection_ids)]
    if dry_run:
        return _tell(_foreseen(names, api_key), json=json)
    with campaign_api(url, api_key) as campaign:
        sent = [_withdrawn(campaign, one, reason) for one in names]
    return _tell(_all_followed(sent, api_key, wait) if wait else sent, json=json)


def _foreseen(names: list[tuple[str, str]], api_key: str | None) -> list[Result]:
    known = addresses()
    url = known.maybe_service("order-placement")
    if url is None:
        raise WrongUse("--dry-run asks order-placement: set GIFTSTREAM_URL_ORDER_PLACEMENT.")
    with Api(url, known.key(api_key)) as orders:
        return [_would(orders, one) for one in names]


def _all_followed(sent: list[Result], api_key: str | None, wait_s: float) -> list[Result]:
    known = addresses()
    url = known.maybe_service("order-placement")
    if url is None:
        return sent
    with Api(url, known.key(api_key)) as orders:
        return [_followed(orders, one, wait_s) for one in sent]


def _withdrawn(campaign: Api, name: tuple[str, str], reason: str | None) -> Result:
    brand_id, selection_id = name
    body = {"brand_id": brand_id, "reason": reason}
    try:
        # Without an Idempotency-Key: the selection's id is one, and the first withdrawal stands.
        campaign.post(f"/selections/{selection_id}/withdraw", body)
    except (NotHeld, ServerAway) as failed:
        return _failed(name, failed, "refused")
    return result(name, "sent", "handed in; `giftstream selections show` tells what it meant")


def _followed(orders: Api, sent: Result, wait_s: float) -> Result:
    if not sent["accepted"]:
        return sent
    name = (sent["brand_id"], sent["selection_id"])
    try:
        return followed(orders, _path(name), name, wait_s)
    except (NotHeld, ServerAway) as failed:
        # It is handed in whatever can be seen of it now.
        return result(name, "sent", f"handed in, and cannot be followed now: {failed.sentence}")


def _would(orders: Api, name: tuple[str, str]) -> Result:
    try:
        return foreseen(name, looked(orders, _path(name)))
    except (NotHeld, ServerAway) as failed:
        return _failed(name, failed, "unknown")


def _failed(name: tuple[str, str], failed: CommandFailed, outcome: str) -> Result:
    away = isinstance(failed, ServerAway)
    return result(name, outcome, failed.sentence, accepted=False, away=away)


def _path(name: tuple[str, str]) -> str:
    return "/selections/{}/{}".format(*name)


def _tell(results: list[Result], *, json: bool) -> None:
    if json:
        print_json({"items": results})
    else:
        print_lines([safe(f"{one['selection_id']}  {one['detail']}") for one in results])
    end(results)
