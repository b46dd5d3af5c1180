"""What people may still do to an order, and what waits for a fact: nothing is lost or overwritten."""

from mutations.mutation import Mutation

_SERVICE = "services/order-placement/src/order_placement"
_TESTS = "services/order-placement/tests"
_OFF, _ORDERS = (f"{_TESTS}/test_calling_off.py",), (f"{_TESTS}/test_orders.py",)
_WAITS = (f"{_TESTS}/test_retry_waiting.py",)

DECIDING = (
    Mutation(
        "if-match-ignored",
        "Nobody edits what they have not seen.",
        f"{_SERVICE}/deciding/edit_order.py",
        (('            expects(order["version"])\n', ""),),
        _OFF,
    ),
    Mutation(
        "called-off-with-a-handle",
        "What may be in the store is not called off without looking there.",
        f"{_SERVICE}/deciding/edits.py",
        (('in (None, "held") and placing["handle"] is None', 'in (None, "held")'),),
        _OFF,
    ),
    Mutation(
        "edited-while-placing",
        "An order is edited until placing starts.",
        f"{_SERVICE}/deciding/edits.py",
        (
            (
                'return order["status"] in LIVE and order["placing"]["phase"] in (None, "held")',
                'return order["status"] in LIVE',
            ),
        ),
        _OFF,
    ),
    Mutation(
        "called-off-and-placed",
        "What was called off is not placed.",
        f"{_SERVICE}/deciding/approve_order.py",
        (
            (
                'if order["status"] not in PLACEABLE | {"approved"}:',
                'if order["status"] not in PLACEABLE | {"approved", "rejected", "cancelled"}:',
            ),
        ),
        _OFF,
    ),
    Mutation(
        "begun-and-judged-again",
        "What has begun is not judged again.",
        f"{_SERVICE}/orders.py",
        (
            (
                '{"placing.phase": {"$in": [None, "held"]}, "placing.handle": None}',
                '{"placing.phase": {"$in": [None, "held"]}}',
            ),
        ),
        _ORDERS,
    ),
    Mutation(
        "decided-over-a-newer-order",
        "A decision about what others wrote meanwhile is made again.",
        f"{_SERVICE}/deciding/carry_out.py",
        (("return not outcome.conflicts", "return True"),),
        _ORDERS,
    ),
    Mutation(
        "new-fact-forgotten",
        "A fact that comes while orders are judged makes them be judged again.",
        f"{_SERVICE}/rechecks.py",
        (
            (
                '{"_id": recheck["_id"], "version": recheck["version"]})',
                '{"_id": recheck["_id"]})',
            ),
        ),
        _ORDERS,
    ),
    Mutation(
        "orders-of-every-brand",
        "A brand sees its own orders alone.",
        f"{_SERVICE}/orders.py",
        (('return {} if brand_id is None else {"brand_id": {"$eq": brand_id}}', "return {}"),),
        _ORDERS,
    ),
    Mutation(
        "waiting-record-forgotten",
        "A record that waits is kept until its effect stands.",
        f"{_SERVICE}/retry_waiting.py",
        (("await self._waits.done(sorted(done))", "await self._waits.done([*records])"),),
        _WAITS,
    ),
)
