"""`giftstream republish`."""

from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.api import Api
from giftstream_cli.failures import WrongUse
from giftstream_cli.output import print_json, print_lines, progress_bar, say

OWNERS = {
    "orders": "order-placement",
    "campaigns": "campaign",
    "catalog": "campaign",
    "brands": "campaign",
    "stores": "store-sync",
}
BATCH = 200

What = Annotated[str, typer.Argument(metavar="WHAT", help=f"One of: {', '.join(OWNERS)}.")]


def republish(
    what: What,
    brand: Annotated[str | None, typer.Option(help="Only this brand_id's.")] = None,
    yes: options.Yes = False,
    api_key: options.AdminKey = None,
    json: options.Json = False,
) -> None:
    """Write a state topic anew from its owner's own documents. Only shows how many until --yes.

    For a topic that was lost, or a read model that must be filled again: each document's newest
    state is published as if it had just changed. Readers that have it see nothing new in it.
    It may be stopped and started again at any time; it then begins anew, which is harmless.

    Examples:

    \b
      giftstream republish orders --brand acme
      giftstream republish catalog --yes
    """
    if what not in OWNERS:
        raise WrongUse(f"{what} cannot be republished; there are {', '.join(OWNERS)}.")
    known, done, skipped = addresses(), 0, 0
    with Api(known.service(OWNERS[what], None), known.key(api_key)) as api:
        count, topic = _count(api, what, brand)
        if yes:
            done, skipped = _tell(api, what, brand, count)
    if json:
        document = {"dry_run": not yes, "what": what, "topic": topic, "count": count}
        print_json(document | {"republished": done, "skipped": skipped})
    elif yes:
        print_lines([f"{done} states of {what} told anew on {topic}"])
        if skipped:
            say(f"{skipped} are about to be told by themselves: their outbox is full.")
    else:
        print_lines([f"would tell {count} states of {what} anew on {topic}"])
        say("Add --yes to do it.")


def _count(api: Api, what: str, brand: str | None) -> tuple[int, str]:
    items = api.get("/admin/republish", {"brand_id": brand} if brand else {})["items"]
    found = next(one for one in items if one["what"] == what)
    return int(found["count"]), str(found["topic"])


def _tell(api: Api, what: str, brand: str | None, count: int) -> tuple[int, int]:
    body: dict[str, Any] = {"what": what, "brand_id": brand, "limit": BATCH, "cursor": None}
    done = skipped = 0
    with progress_bar() as bar:
        task = bar.add_task(f"republish {what}", total=count)
        while True:
            answer = api.post("/admin/republish", body)
            done += answer["done"]
            skipped += answer["skipped"]
            bar.update(task, completed=done + skipped)
            body["cursor"] = answer["next"]
            if body["cursor"] is None:
                return done, skipped
