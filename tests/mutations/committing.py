"""DESIGN 5 again: whose write counts, what is waited for, and what is read before it is believed."""

from mutations.mutation import Mutation

_PLACING = "services/order-placement/src/order_placement/placing"
_TESTS = "services/order-placement/tests/placing"
_WHOSE = (f"{_TESTS}/test_whose_write_counts.py",)
_SETS, _SWEEP = (f"{_TESTS}/test_placements.py",), (f"{_TESTS}/test_sweep_orphans.py",)
_COMMIT, _HOLDS = (f"{_TESTS}/test_commit_order.py",), (f"{_TESTS}/test_what_holds.py",)
_LANES = (f"{_TESTS}/test_lanes.py",)

COMMITTING = (
    Mutation(
        "claimed-though-it-moved-on",
        "An order is claimed as it was read, or not at all.",
        f"{_PLACING}/placements.py",
        (
            (
                (
                    '            "placing.phase": order.phase,\n'
                    '            "placing.handle": order.handle,\n'
                    "        }\n"
                    '        update = quietly({"placing.epoch"'
                ),
                '        }\n        update = quietly({"placing.epoch"',
            ),
        ),
        _WHOSE,
    ),
    Mutation(
        "claimed-though-called-off",
        "What a person called off since it was read is not placed.",
        f"{_PLACING}/placements.py",
        (('            "status": {"$in": CLAIMABLE},\n', ""),),
        _WHOSE,
    ),
    Mutation(
        "permission-of-an-earlier-claim",
        "A claim that is over permits nothing any more.",
        f"{_PLACING}/placements.py",
        (
            (
                '            **fence(order, "committing"),\n            "placing.discarded"',
                '            "placing.phase": "committing",\n            "placing.discarded"',
            ),
        ),
        _WHOSE,
    ),
    Mutation(
        "cancel-of-an-earlier-claim",
        "Who has lost an order does not call it cancelled while another commits it.",
        f"{_PLACING}/placements.py",
        (
            (
                (
                    "return await self._visibly(order, fence(order, order.phase), "
                    "dropping(order, update))"
                ),
                "return await self._visibly(order, {}, dropping(order, update))",
            ),
        ),
        _WHOSE,
    ),
    Mutation(
        "result-of-another-handle",
        "The order in the store is that of the stored handle.",
        f"{_PLACING}/placements.py",
        (('            "placing.handle": order.handle,\n            # The', "            # The"),),
        _WHOSE,
    ),
    Mutation(
        "refusal-held-despite-cancel",
        "Rule 3: a noted cancel is done, however the commit ended.",
        f"{_PLACING}/placements.py",
        (
            (
                (
                    'query = {**fence(order, "committing"), "placing.cancel_requested": None}\n'
                    "        return"
                ),
                'query = fence(order, "committing")\n        return',
            ),
        ),
        _SETS,
    ),
    Mutation(
        "refusal-believed",
        "A refused commit is read: somebody may have committed the handle before.",
        f"{_PLACING}/commit_order.py",
        (
            (
                "        return await self._read(work), refused",
                (
                    "        if refused is not None:\n"
                    '            return HandleState(work.handle, "open", ready=True), refused\n'
                    "        return await self._read(work), refused"
                ),
            ),
        ),
        _COMMIT,
    ),
    Mutation(
        "removal-believed",
        "Rule 4: what was removed is gone when the store says so, and not before.",
        f"{_PLACING}/commit_order.py",
        (
            (
                (
                    "        return await self._conclude(work, await self._read(work))\n\n"
                    "    async def _record"
                ),
                (
                    '        return await self._conclude(work, HandleState(work.handle, "gone"))\n\n'
                    "    async def _record"
                ),
            ),
        ),
        _COMMIT,
    ),
    Mutation(
        "made-anew-after-a-commit",
        "What the store has committed once is never made anew, even if its order went.",
        f"{_PLACING}/commit_order.py",
        (
            (
                (
                    "            work.now_is(await self._placements.hold_keeping_handle("
                    "work.order, reasons))\n"
                    '        elif seen.status == "gone":'
                ),
                (
                    "            work.now_is(await self._placements.handle_gone("
                    "work.order, from_now(0)))\n"
                    '        elif seen.status == "gone":'
                ),
            ),
        ),
        _COMMIT,
    ),
    Mutation(
        "total-not-looked-at-again",
        "A repeated commit costs nothing either.",
        f"{_PLACING}/commit_order.py",
        (("(seen.total != 0 or differences(", "(differences("),),
        _COMMIT,
    ),
    Mutation(
        "calculated-anew-and-committed",
        "Nothing is committed whose total is being calculated.",
        f"{_PLACING}/commit_order.py",
        (
            (
                "if seen.ready and work.now_is(await self._placements.permit_again",
                "if work.now_is(await self._placements.permit_again",
            ),
        ),
        _COMMIT,
    ),
    Mutation(
        "taker-over-does-not-wait",
        "Who takes over waits out the call that the other may have sent.",
        f"{_PLACING}/commit_order.py",
        (("permitted_by_us=order.permitted_by_us", "permitted_by_us=True"),),
        _HOLDS,
    ),
    Mutation(
        "store-not-left-to-settle",
        "A commit without an answer is repeated after the platform's settling time.",
        f"{_PLACING}/limits.py",
        (("return self.settle_s if permitted_by_us else", "return 0.0 if permitted_by_us else"),),
        _HOLDS,
    ),
    Mutation(
        "warnings-ignored",
        "What the store warns of holds, until a person passes over it.",
        f"{_PLACING}/check_order.py",
        (('if seen.warnings and "out_of_stock" not in work.order.overrides:', "if False:"),),
        _HOLDS,
    ),
    Mutation(
        "pause-not-given",
        "A store that asks for a pause is given it.",
        f"{_PLACING}/place_order.py",
        (("max(busy.retry_after_s or 0.0, hurried", "max(0.0, hurried"),),
        _HOLDS,
    ),
    Mutation(
        "called-off-handle-swept-at-once",
        "Rule 5: the stored handle goes when no call can be under way.",
        f"{_PLACING}/placements.py",
        (
            (
                'finished = {"status": {"$in": FINISHED}, **long_since_permission(finished_for_s)}',
                'finished = {"status": {"$in": FINISHED}}',
            ),
        ),
        (*_SETS, *_SWEEP),
    ),
    Mutation(
        "lease-counts-from-the-answer",
        "A lease counts from when its renewal was sent.",
        f"{_PLACING}/lanes.py",
        (("lease.renewed(sent_at)", "lease.renewed(time.monotonic())"),),
        _LANES,
    ),
    Mutation(
        "earlier-lease-renewed",
        "A lease of an earlier epoch renews, pauses and frees nothing.",
        f"{_PLACING}/lanes.py",
        (('"holder": self._holder, "epoch": lease.epoch}', '"holder": self._holder}'),),
        _LANES,
    ),
)
