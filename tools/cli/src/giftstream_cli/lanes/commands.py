"""`giftstream lanes list|pause|resume`."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.api import Api
from giftstream_cli.failures import NOT_HELD, NotHeld
from giftstream_cli.ids import looked_up, path_id
from giftstream_cli.output import print_json, print_lines, print_table, safe, say

app = typer.Typer(
    no_args_is_help=True, help="Lanes: what waits for each store, and a person's hand on it."
)

COLUMNS = ("store", "brand", "waiting", "state", "why")

Store = Annotated[str, typer.Argument(metavar="STORE_ID", help="The store whose lane it is.")]
Lane = Mapping[str, Any]


def _api(url: str | None, api_key: str | None) -> Api:
    known = addresses()
    return Api(known.service("order-placement", url), known.key(api_key))


def _path(store_id: str, verb: str) -> str:
    return f"/lanes/{path_id(store_id, 'store')}/{verb}"


_LOOK = "See `giftstream lanes list`."


def _state(lane: Lane) -> str:
    if lane.get("halted"):
        return "paused"
    return "blocked" if lane.get("blocked_by") else "open"


def _row(lane: Lane) -> tuple[object, ...]:
    why = " ".join(str(one.get("detail")) for one in lane.get("blocked_by") or ())
    shown = [lane.get(name) for name in ("store_id", "brand_id", "waiting")]
    return (*shown, _state(lane), why)


@app.command("list")
def list_lanes(
    url: options.Url = None, api_key: options.ApiKey = None, json: options.Json = False
) -> None:
    """List the lanes: how many orders wait in each, and what they wait for.

    open: orders go on. blocked: the store lets nobody in; it goes on by itself when it does.
    paused: a person paused it; it goes on when a person resumes it.

    Examples:

    \b
      giftstream lanes list
      giftstream lanes list --json
    """
    with _api(url, api_key) as api:
        found = api.listed("/lanes")
    if json:
        print_json({"items": [{**lane, "state": _state(lane)} for lane in found]})
        return
    print_table(COLUMNS, [_row(lane) for lane in found])
    if not found:
        say("No store is known yet: connect one with `giftstream stores connect`.")


@app.command("pause")
def pause_lane(
    store_id: Store,
    reason: Annotated[
        str, typer.Option(help="Why, for those who wonder what their orders wait for.")
    ],
    by: options.By = None,
    dry_run: options.DryRun = False,
    url: options.Url = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Pause placing in one store until a person resumes it, whatever the store says meanwhile.

    Within a second nothing new is begun; orders in hand end. No order is changed: each shows that
    its lane is paused, by whom and why. Orders of other stores go on. A lane that is paused already
    keeps the first reason (exit code 1).

    Examples:

    \b
      giftstream lanes pause 25bb1a1e-… --reason "Stocktaking until Monday."
    """
    path = _path(store_id, "pause")
    with _api(url, api_key) as api, looked_up(_LOOK):
        if dry_run:
            return _would(api, store_id, paused=True, json=json)
        answer = api.post(path, {"reason": reason, "by": by or None})
    _tell(answer, json=json)
    _require_change(answer, "It was paused already, and keeps the first reason.")
    return None


@app.command("resume")
def resume_lane(
    store_id: Store,
    dry_run: options.DryRun = False,
    url: options.Url = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Lift a person's pause: the orders that waited go on at once, each placed once.

    A lane that no person paused stays as it is (exit code 1); one that the store blocks goes on by
    itself once the store is connected again: see `giftstream stores check`.

    Examples:

    \b
      giftstream lanes resume 25bb1a1e-…
    """
    path = _path(store_id, "resume")
    with _api(url, api_key) as api, looked_up(_LOOK):
        if dry_run:
            return _would(api, store_id, paused=False, json=json)
        answer = api.post(path, {})
    _tell(answer, json=json)
    _require_change(answer, "No person had paused it: there is nothing to resume.")
    return None


def _require_change(answer: Mapping[str, Any], else_: str) -> None:
    if not answer["changed"]:
        say(else_)
        raise typer.Exit(NOT_HELD)


def _would(api: Api, store_id: str, *, paused: bool, json: bool) -> None:
    lane = next((one for one in api.listed("/lanes") if one["store_id"] == store_id), None)
    if lane is None:
        raise NotHeld("There is no such lane: see `giftstream lanes list`.")
    changes = paused is not bool(lane.get("halted"))
    if json:
        print_json({"dry_run": True, "would_change": changes, "lane": lane})
        return
    verb = "pause" if paused else "resume"
    would = f"would {verb} {store_id}, {lane.get('waiting')} orders wait in it"
    print_lines([safe(would if changes else f"nothing to do: {store_id} is {_state(lane)}")])


def _tell(answer: Mapping[str, Any], *, json: bool) -> None:
    lane = answer["lane"]
    if json:
        print_json(answer)
    else:
        said = f"{lane['store_id']}  {_state(lane)}, {lane['waiting']} orders wait in it"
        print_lines([safe(said)])
