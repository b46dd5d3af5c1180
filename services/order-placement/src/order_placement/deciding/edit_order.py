"""A person corrects an order: recipient, lines, shipping method, until placing starts."""

from collections.abc import Callable

from giftstream.delivery import Put
from giftstream.events import Recipient, SelectionLine
from giftstream.http.problems import Problem
from giftstream.mongo import Document
from giftstream.sealing import Sealing

from order_placement.deciding.decided import too_late
from order_placement.deciding.deciding import Deciding
from order_placement.deciding.edits import Edit, is_editable
from order_placement.deciding.judge_order import JudgeOrder
from order_placement.intake.facts import IntakeFacts
from order_placement.recipients import open_recipient

Correct = Callable[[Recipient], Recipient]
"""From the recipient as it is to the one that it shall be."""

BY_LINES = ("out_of_stock",)


class EditOrder:
    """Judged at once: what was missing is there now, so the order goes on."""

    def __init__(self, deciding: Deciding, judge: JudgeOrder, sealing: Sealing) -> None:
        self._deciding = deciding
        self._judge = judge
        self._sealing = sealing

    async def __call__(
        self,
        order_id: str,
        brand_id: str | None,
        expects: Callable[[int], None],
        correct: Correct | None = None,
        lines: tuple[SelectionLine, ...] | None = None,
        shipping_method: str | None = None,
    ) -> Document:
        """The order as edited. `expects` is given the version and may raise (If-Match).

        Raises Problem 409 when placing has started, 422 for lines that cannot be.
        """

        def decide(order: Document, facts: IntakeFacts) -> tuple[Put, ...]:
            expects(order["version"])
            if not is_editable(order):
                raise too_late(order, "edited")
            recipient = correct(open_recipient(self._sealing, order)) if correct else None
            cleared = BY_LINES if lines is not None else ()
            edit = Edit(recipient, lines, shipping_method)
            judged = self._judge(order["_id"], facts, edit, cleared=cleared)
            if judged.refused:
                raise Problem(422, "invalid_lines", "These lines cannot be.", judged.refused)
            return judged.puts

        return await self._deciding(order_id, brand_id, decide, lines or ())
