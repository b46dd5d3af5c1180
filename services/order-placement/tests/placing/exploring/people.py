"""A person's decisions: the real ones, over one order and facts that do not change."""

from collections.abc import Coroutine, Sequence
from typing import Any

from giftstream.delivery import Put
from giftstream.identity import order_identity
from order_placement.deciding.approve_order import ApproveOrder
from order_placement.deciding.cancel_order import CancelOrder
from order_placement.deciding.deciding import Deciding
from order_placement.deciding.edit_order import EditOrder
from order_placement.deciding.edits import is_editable
from order_placement.deciding.judge_order import JudgeOrder
from order_placement.deciding.reject_order import RejectOrder
from order_placement.intake.facts import IntakeFacts
from order_placement.order_events import ORDERS
from placing_world import SEALING, STORE, approved_order, facts, line

from exploring.calls import Document, OrdersOfCalls

UNLIMITED = {"items": "unlimited", "value": "unlimited", "orders_per_creator": "unlimited"}
PLAN = [{"part": 1, "store_id": STORE, "lines": [line()]}]
SELECTION = "5f3b9a52-0c1e-5b0e-8c59-0d7f3a6e2b41"
ORDER_ID = order_identity(SELECTION, 1)
BEGUN = approved_order(ORDER_ID, selection=SELECTION)
"""The order with which every story begins."""
EVA = "eva"


class OneOrder:
    """What deciding reads and writes, through calls."""

    def __init__(self) -> None:
        self._orders = OrdersOfCalls()

    async def find(self, order_id: str, _: str | None) -> Document | None:
        return await self._orders.find_one({"_id": order_id})

    async def read(self, orders: Sequence[Document], _: Any = ()) -> IntakeFacts:
        known = IntakeFacts()
        for name, documents in facts().items():
            known.add(name, documents)
        campaign = facts()["campaigns"][0]
        more = {"stores": [STORE], "allowance": UNLIMITED, "auto_approve": True}
        known.add("campaigns", [{**campaign, **more}])
        known.add("stores", [{**facts()["stores"][0], "platform": "shopify", "currency": "EUR"}])
        known.add("selections", [{"_id": SELECTION, "plan": PLAN}])
        known.add(ORDERS, orders)
        return known

    async def carry_out(self, puts: Sequence[Put]) -> bool:
        assert [one.collection for one in puts] in ([], [ORDERS])
        for one in puts:
            after = {**one.document, "outbox": [*one.document["outbox"], *one.outbox]}
            return await self._orders.replace(after)
        return True


def decides(verb: str, order_id: str) -> Coroutine[Any, Any, Any]:
    """One person's decision, to be driven by hand."""
    one = OneOrder()
    deciding = Deciding(one, one.read, one.carry_out)  # type: ignore[arg-type]  # as much of each as is used
    judge = JudgeOrder(SEALING)
    match verb:
        case "cancel":
            return CancelOrder(deciding)(order_id, None, EVA)
        case "reject":
            return RejectOrder(deciding)(order_id, None, EVA, "no")
        case "place":
            return ApproveOrder(deciding, judge)(order_id, None, EVA)
    edit = EditOrder(deciding, judge, SEALING)
    return edit(order_id, None, lambda _: None, shipping_method="Standard")


def may(order: Document) -> list[str]:
    """What is worth deciding now; anything else would be refused, or would change nothing."""
    said = []
    if order["status"] in ("pending_review", "on_hold"):
        said += ["place", "reject"]
    if (
        order["status"] not in ("cancelled", "rejected")
        and not order["placing"]["cancel_requested"]
    ):
        said.append("cancel")
    return [*said, "edit"] if is_editable(order) else said
