"""`giftstream orders edit`."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.failures import NOT_HELD, WrongUse
from giftstream_cli.orders.asking import Id, orders_api, path_of
from giftstream_cli.orders.printing import order_lines
from giftstream_cli.output import print_json, print_lines, safe, say

EDITABLE = ("pending_review", "on_hold", "approved")

ADDRESS = ("company", "line1", "line2", "city", "region", "postcode", "country")

Email = Annotated[str | None, typer.Option(help="The recipient's address for mails.")]
Name = Annotated[str | None, typer.Option(help="The recipient's name.")]
Phone = Annotated[str | None, typer.Option(help="The recipient's phone number.")]
Address = Annotated[
    list[str] | None,
    typer.Option(metavar="FIELD=VALUE", help=f"Of the address: {', '.join(ADDRESS)}; repeatable."),
]
Line = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SKU=QUANTITY",
        help="The products the order shall have, instead of all it has; repeatable. "
        "item:ITEM_ID=1 and variant:STORE_ID/REF=1 name them otherwise.",
    ),
]
Method = Annotated[
    str | None, typer.Option(help='The shipping method; "" is the store\'s own again.')
]


def edit_order(
    order_id: Id,
    email: Email = None,
    name: Name = None,
    phone: Phone = None,
    address: Address = None,
    line: Line = None,
    shipping_method: Method = None,
    dry_run: options.DryRun = False,
    url: options.Url = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Correct an order until placing starts: recipient, products, shipping method.

    Only what is given changes; "" empties a field. The order is judged again at once, so what was
    held for it goes on. When somebody else changes it in the same moment, nothing is done.

    Examples:

    \b
      giftstream orders edit 0b8e7c1e-… --email ana@example.com
      giftstream orders edit 0b8e7c1e-… --address line1="Calle Mayor 2" --address postcode=28013
      giftstream orders edit 0b8e7c1e-… --line TEE-M=1 --line CAP=1 --dry-run
    """
    person = {"email": email, "name": name, "phone": phone}
    change = _change(person, address or (), line or (), shipping_method)
    path = path_of(order_id)
    with orders_api(url, api_key) as api:
        order = api.get(path) if dry_run else api.edit(path, change)
    if dry_run:
        _would(order, change, json=json)
    elif json:
        print_json(order)
    else:
        print_lines(order_lines(order))


def _change(
    person: Mapping[str, str | None],
    address: Sequence[str],
    lines: Sequence[str],
    shipping_method: str | None,
) -> dict[str, Any]:
    recipient: dict[str, Any] = {n: v or None for n, v in person.items() if v is not None}
    if address:
        recipient["address"] = dict(_field(one) for one in address)
    change: dict[str, Any] = {"recipient": recipient} if recipient else {}
    if lines:
        change["lines"] = [_line(one) for one in lines]
    if shipping_method is not None:
        change["shipping_method"] = shipping_method
    if not change:
        raise WrongUse("Say what shall change: --email, --address, --line, --shipping-method, …")
    return change


def _field(text: str) -> tuple[str, str | None]:
    name, given, value = text.partition("=")
    if not given or name not in ADDRESS:
        raise WrongUse(f"{text} is no FIELD=VALUE of an address; fields: {', '.join(ADDRESS)}.")
    return name, value or None


def _line(text: str) -> dict[str, Any]:
    name, _, quantity = text.rpartition("=")
    if not name or not quantity.isdecimal() or int(quantity) < 1:
        raise WrongUse(f"{text} is no SKU=QUANTITY, such as TEE-M=2.")
    kind, _, rest = name.partition(":")
    store_id, _, ref = rest.partition("/")
    if kind == "item" and rest:
        return {"item_id": rest, "quantity": int(quantity)}
    if kind == "variant" and store_id and ref:
        return {"store_id": store_id, "variant_ref": ref, "quantity": int(quantity)}
    return {"sku": name, "quantity": int(quantity)}


def _would(order: Mapping[str, Any], change: dict[str, Any], *, json: bool) -> None:
    """The content is judged by the service alone, when it is really sent."""
    status = str(order.get("status"))
    editable = status in EDITABLE
    if json:
        print_json({"dry_run": True, "would_change": editable, "status": status, "change": change})
    else:
        fields = ", ".join(_named(change)) if editable else "nothing"
        print_lines([safe(f"{order.get('order_id')}  is {status}, would change: {fields}")])
    if not editable:
        say("It is too late: only orders that wait can be edited.")
        raise typer.Exit(NOT_HELD)


def _named(change: Mapping[str, Any], head: str = "") -> list[str]:
    found: list[str] = []
    for name, value in change.items():
        found += _named(value, f"{head}{name}.") if isinstance(value, dict) else [f"{head}{name}"]
    return found
