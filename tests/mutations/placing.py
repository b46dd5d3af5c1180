"""DESIGN 5: the five rules, and what narrows the rest."""

from mutations.mutation import Mutation

_PLACING = "services/order-placement/src/order_placement/placing"
_TESTS = "services/order-placement/tests/placing"
_PLACE, _SCHEDULES = f"{_TESTS}/test_place_order.py", f"{_TESTS}/test_schedules.py"
_SETS, _SWEEP = f"{_TESTS}/test_placements.py", f"{_TESTS}/test_sweep_orphans.py"
_HOLDS, _WHOSE = f"{_TESTS}/test_what_holds.py", f"{_TESTS}/test_whose_write_counts.py"
_ALL = (_HOLDS, _WHOSE, _SETS, _PLACE, _SWEEP, _SCHEDULES)


PLACING = (
    Mutation(
        "handle-not-saved-before-commit",
        "Rule 1: the handle is saved before commit.",
        f"{_PLACING}/placements.py",
        (
            (
                (
                    "return await self._one(order, query, "
                    "quietly(fields, **WITHOUT_TRACE, **PERMITTED))"
                ),
                (
                    'placing = {**order.placing, "phase": "committing", "handle": handle}\n'
                    '        return GiftOrder({**order.document, "placing": placing})'
                ),
            ),
        ),
        _ALL,
    ),
    Mutation(
        "handle-overwritten",
        "Rule 1: the handle is write-once.",
        f"{_PLACING}/placements.py",
        (
            (
                'return {**fence(order, "intent"), "placing.discarded": {"$ne": handle}}',
                'return {"placing.discarded": {"$ne": handle}}',
            ),
        ),
        _ALL,
    ),
    Mutation(
        "blind-retry-after-unknown-commit",
        "Rule 2: after an unknown commit the stored handle is read, nothing is prepared anew.",
        f"{_PLACING}/place_order.py",
        (
            (
                "note_unknown(work.order, why, from_now(pause))",
                "handle_gone(work.order, from_now(pause))",
            ),
        ),
        _ALL,
    ),
    Mutation(
        "open-taken-for-gone",
        "Rule 4: a handle is replaced only when the store says that it is gone.",
        f"{_PLACING}/commit_order.py",
        (('elif seen.status == "gone":', 'elif seen.status != "committed":'),),
        _ALL,
    ),
    Mutation(
        "no-wait-after-permission",
        "Rule 4: only after the longest call's deadline has passed since the permission.",
        f"{_PLACING}/changes.py",
        (
            (
                'return {"$expr": {"$gte": [waited, int(waited_s * 1000)]}}',
                'return {"$expr": {"$gte": [waited, -1]}}',
            ),
        ),
        _ALL,
    ),
    Mutation(
        "permission-despite-cancel",
        "Rule 3: permission and a person's cancel exclude each other.",
        f"{_PLACING}/placements.py",
        (
            (
                'query = {**_free_for(order, handle), "placing.cancel_requested": None}',
                "query = _free_for(order, handle)",
            ),
            (
                'query = {**fence(order, "prepared"), "placing.cancel_requested": None}',
                'query = fence(order, "prepared")',
            ),
        ),
        _ALL,
    ),
    Mutation(
        "discard-not-recorded",
        "Rule 5: what is discarded is recorded first.",
        f"{_PLACING}/changes.py",
        (('update["$addToSet"] = {"placing.discarded": order.handle}', "pass"),),
        _ALL,
    ),
    Mutation(
        "sweep-without-record",
        "Rule 5: the sweep records what it discards.",
        f"{_PLACING}/sweep_orphans.py",
        (
            (
                (
                    "return await self._placements.record_discarded(\n"
                    "            order.id, found.handle, finished_for_s=longest_s\n"
                    "        )"
                ),
                "return longest_s >= 0",
            ),
        ),
        _ALL,
    ),
    Mutation(
        "stored-handle-discarded",
        "Rule 5: the stored handle is never swept while the order is wanted.",
        f"{_PLACING}/placements.py",
        (
            (
                '{"_id": order_id, "$or": [{"placing.handle": {"$ne": handle}}, finished]},',
                '{"_id": order_id, "$or": [{}, finished]},',
            ),
        ),
        _ALL,
    ),
    Mutation(
        "discarded-handle-stored",
        "Rule 5: a discarded handle is never stored.",
        f"{_PLACING}/placements.py",
        (
            (
                'return {**fence(order, "intent"), "placing.discarded": {"$ne": handle}}',
                'return fence(order, "intent")',
            ),
        ),
        _ALL,
    ),
    Mutation(
        "no-fence",
        "A claim that is over writes nothing any more.",
        f"{_PLACING}/changes.py",
        (
            ('        "placing.epoch": order.placing["epoch"],\n', ""),
            ('        "placing.attempts": order.placing["attempts"],\n', ""),
        ),
        _ALL,
    ),
    Mutation(
        "older-epoch-claims",
        "A replica whose lease is over claims nothing from a newer one.",
        f"{_PLACING}/placements.py",
        (('            "placing.epoch": {"$lte": epoch},\n', ""),),
        _ALL,
    ),
    Mutation(
        "commit-beyond-the-lease",
        "A commit must end within the lease.",
        f"{_PLACING}/commit_order.py",
        (("if work.lease.left_s <= self._limits.store_deadline_s:", "if False:"),),
        _ALL,
    ),
    Mutation(
        "permission-beyond-the-lease",
        "Permission needs more of the lease than the call may take.",
        f"{_PLACING}/check_order.py",
        (("if not await work.lease.covers(deadline_s, wait_s=wait_s):", "if False:"),),
        _ALL,
    ),
    Mutation(
        "total-not-checked",
        "Nothing that costs the creator anything is committed.",
        f"{_PLACING}/check_order.py",
        (("    if seen.total != 0:\n", "    if seen.total < 0:\n"),),
        _ALL,
    ),
    Mutation(
        "total-not-checked-at-once",
        "Nor where handle and permission are saved in one.",
        f"{_PLACING}/prepare_order.py",
        (("seen.ready and seen.total == 0 and not", "seen.ready and not"),),
        _ALL,
    ),
    Mutation(
        "content-not-checked",
        "What the store prepared is compared with what was asked for.",
        f"{_PLACING}/check_order.py",
        (("differing = differences(work.order, work.profile, seen)", "differing: list[str] = []"),),
        _ALL,
    ),
    Mutation(
        "stock-not-looked-at",
        "Stock is read live right before placing.",
        f"{_PLACING}/prepare_order.py",
        (
            (
                "return stock_reasons(work.order, await work.store.stock(refs))",
                "await work.store.stock(refs)\n        return []",
            ),
        ),
        _ALL,
    ),
    Mutation(
        "rules-not-looked-at-again",
        "What changed since intake holds the order.",
        f"{_PLACING}/prepare_order.py",
        (
            (
                (
                    "reasons = await self._look.reasons(work.order, recipient) or "
                    "await self._stock(work)"
                ),
                "reasons = await self._stock(work)",
            ),
        ),
        _ALL,
    ),
    Mutation(
        "created-without-its-event",
        "order.created is written with the state that it tells of.",
        f"{_PLACING}/placements.py",
        (
            (
                "update = changing(fields, event_entry(told, source=SOURCE))",
                "update = changing(fields)",
            ),
        ),
        _ALL,
    ),
)
