"""What answers show: orders as `order.changed` has them, never a recipient unless asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from giftstream.events import Budget, Difference, Money, OrderChanged, Reason, Recipient
from giftstream.http.access import Caller
from giftstream.mongo import Document
from pydantic import BaseModel

from order_placement.order_events import render_order_changed
from order_placement.preview_order import Preview


class OrderView(OrderChanged):
    """`order.changed`, what its store waits for, who decided what, and how the store's order
    differs from what was ordered."""

    blocked_by: tuple[Reason, ...] = ()
    difference: tuple[Difference, ...] = ()
    approved: dict[str, Any] | None = None
    rejected: dict[str, Any] | None = None
    cancelled: dict[str, Any] | None = None
    cancel_requested: dict[str, Any] | None = None
    withdrawn: dict[str, Any] | None = None


class LineStock(BaseModel):
    """A line of a preview; `available` null: it never runs out, or the store did not say."""

    line: int
    variant_ref: str | None
    sku: str | None
    title: str | None
    quantity: int
    available: int | None
    enough: bool | None


class PreviewView(BaseModel):
    """An order before it goes to the store. `recipient` for callers who may write orders."""

    order: OrderView
    recipient: Recipient | None
    store: dict[str, Any] | None
    shipping_method: str | None
    stock: list[LineStock]
    warnings: list[Reason]


class BulkAnswer(BaseModel):
    """What became of one order of a bulk: its status, or why it was not placed."""

    order_id: str
    placed: bool
    status: str | None = None
    code: str | None = None
    detail: str | None = None
    reasons: list[Reason] = []


class SelectionView(BaseModel):
    """What became of a selection: `accepted` with its orders, `refused`, still `waiting`, or
    `withdrawn` before it came. `withdrawal`: its `outcome` is `waiting` (for the selection),
    `done` (each order says what it meant for it), or `refused` with reasons."""

    brand_id: str
    selection_id: str
    outcome: str
    orders: list[OrderView] = []
    reasons: list[Reason] = []
    refusals: list[dict[str, Any]] = []
    received_at: datetime | None = None
    withdrawal: dict[str, Any] | None = None


class BudgetView(BaseModel):
    """A campaign's budget in retail value. `spent` and `left` are null while nothing limits it
    (`unlimited`: nothing is counted), and while what it gave before it had a budget is being
    counted (`counted` false). `spent` beyond `budget` was approved as an exception, and so was what
    counts in other currencies, `spent_otherwise`."""

    campaign_id: str
    brand_id: str
    budget: Budget | Literal["unlimited"]
    counted: bool
    spent: Money | None = None
    left: Money | None = None
    spent_otherwise: list[Money] = []


class HaltView(BaseModel):
    """A person's pause of a lane."""

    by: str
    reason: str
    at: datetime


class LaneView(BaseModel):
    """One store's lane."""

    store_id: str
    brand_id: str | None
    waiting: int
    blocked_by: list[Reason]
    holder: str | None = None
    until: datetime | None = None
    halted: HaltView | None = None


def order_view(order: Document, blocked_by: Sequence[Reason] = ()) -> OrderView:
    """The order as it stands."""
    people: dict[str, Any] = {name: order.get(name) for name in _PEOPLE}
    return OrderView.model_construct(
        **render_order_changed(order).__dict__,
        **people,
        blocked_by=tuple(blocked_by),
        difference=tuple(Difference.model_validate(one) for one in order.get("difference", ())),
        cancel_requested=order["placing"]["cancel_requested"],
    )


_PEOPLE = ("approved", "rejected", "cancelled", "withdrawn")


def preview_view(
    order: Document, found: Preview, blocked_by: Sequence[Reason], caller: Caller
) -> PreviewView:
    """The preview for this caller."""
    store = found.store
    return PreviewView(
        order=order_view(order, blocked_by),
        recipient=found.recipient if caller.may("orders:write") else None,
        store=None
        if store is None
        else {name: store[name] for name in ("name", "platform", "status", "currency")}
        | {"store_id": store["_id"]},
        shipping_method=found.shipping_method,
        stock=[_line(number, one, found) for number, one in enumerate(order["lines"])],
        warnings=list(found.warnings),
    )


def _line(number: int, line: Document, found: Preview) -> LineStock:
    held = found.stock.get(line["variant_ref"] or "")
    short = {one.path for one in found.warnings if one.code != "missing_phone"}
    return LineStock(
        line=number,
        variant_ref=line["variant_ref"],
        sku=line["sku"],
        title=line["title"],
        quantity=line["quantity"],
        available=held.available if held else None,
        enough=f"lines[{number}]" not in short if held else None,
    )
