"""DESIGN 4: at least once in, exactly once in effect."""

from mutations.mutation import Mutation

_COMMON = "libs/common/src/giftstream"
_DELIVERY = f"{_COMMON}/delivery"
_TESTS = "tests/integration/delivery"
_FAULTS, _POISON = f"{_TESTS}/test_faults.py", f"{_TESTS}/test_poison.py"
_NEWEST = "tests/integration/delivery/test_newest_state_last.py"
_BY_RECORD = f"{_TESTS}/test_told_by_record.py"
_ORDER = f"{_TESTS}/test_order_of_steps.py"
_DUPLICATES = f"{_TESTS}/test_duplicates.py"
_ENTRIES = "libs/common/tests/test_outbox_entries.py"

DELIVERING = (
    Mutation(
        "ack-before-write",
        "The offset moves only after the effect stands.",
        f"{_DELIVERY}/subscriber.py",
        (
            (
                "            await self._deliver(records)\n",
                "            await message.ack()\n            await self._deliver(records)\n",
            ),
        ),
        (f"{_FAULTS}::test_a_kill_at_each_point_changes_nothing",),
    ),
    Mutation(
        "pulled-before-published",
        "An event leaves its document only after the broker has it.",
        f"{_COMMON}/outbox/outbox.py",
        (
            (
                (
                    "            await self._send(held)\n"
                    "            await self._pull_all([one for one in held if one.stored])\n"
                ),
                (
                    "            await self._pull_all([one for one in held if one.stored])\n"
                    "            await self._send(held)\n"
                ),
            ),
            (
                "        await self._send(held)\n        stored =",
                (
                    "        await self._pull_all(held)\n"
                    "        await self._send(held)\n        stored ="
                ),
            ),
        ),
        (_ORDER,),
    ),
    Mutation(
        "poison-parked-after-the-ack",
        "A dead letter is confirmed before the offset moves.",
        f"{_DELIVERY}/batch.py",
        (
            (
                "            await self._parking.park(parked)\n",
                (
                    "            import asyncio\n\n"
                    "            asyncio.get_running_loop().create_task(self._parking.park(parked))\n"
                ),
            ),
        ),
        (_ORDER,),
    ),
    Mutation(
        "poison-skipped",
        "Nothing is dropped silently.",
        f"{_DELIVERY}/batch.py",
        (("            await self._parking.park(parked)\n", ""),),
        (_POISON,),
    ),
    Mutation(
        "published-after-the-ack",
        "What a record causes is published before its offset moves.",
        f"{_DELIVERY}/batch.py",
        (
            (
                "        await self._outbox.publish_now_pull_soon(left)\n",
                (
                    "        import asyncio\n\n"
                    "        asyncio.get_running_loop().create_task(self._outbox.publish(left))\n"
                ),
            ),
        ),
        (_ORDER,),
    ),
    Mutation(
        "no-compare-and-set",
        "A document that somebody changed meanwhile is planned again, not overwritten.",
        f"{_DELIVERY}/folding.py",
        (
            (
                'return UpdateOne({"_id": before["_id"], "version": before["version"]}, update)',
                'return UpdateOne({"_id": before["_id"]}, update)',
            ),
        ),
        (_ORDER, f"{_FAULTS}::test_a_second_member_joining_in_mid_batch_doubles_nothing"),
    ),
    Mutation(
        "older-state-kept",
        "A read model never goes back to an older revision.",
        f"{_DELIVERY}/folding.py",
        (('number: {"$lt": self.last.document[number]},\n', ""),),
        (_ORDER,),
    ),
    Mutation(
        "newest-not-told-last",
        "Compaction never keeps an older state.",
        f"{_COMMON}/outbox/outbox.py",
        (
            (
                "        await self._newest_of([one for one in held if not one.stored])\n",
                "",
            ),
        ),
        (_BY_RECORD,),
    ),
    Mutation(
        "overtaken-not-noticed",
        "Who sent a state looks whether a newer one was sent meanwhile.",
        f"{_COMMON}/outbox/pulls.py",
        (
            (
                "        await self.follow(collection, [one for one in held if one.has_state])\n",
                "",
            ),
        ),
        (_NEWEST,),
    ),
    Mutation(
        "consumer-gone-for-good",
        "A consumer that the client gave up is made anew: nothing waits for a restart.",
        f"{_DELIVERY}/subscriber.py",
        (
            (
                "        if (trouble := self.progress.gone or self._hangs()) is None:\n",
                "        if not (trouble := ''):\n",
            ),
        ),
        (f"{_TESTS}/test_consumer_ends.py",),
    ),
    Mutation(
        "killed-after-an-older-state",
        "Who takes another process' entries leaves word to send the state once more.",
        f"{_COMMON}/outbox/pulls.py",
        (("    if not _contested(one.entries):\n", "    if one.entries:\n"),),
        (_NEWEST,),
    ),
    Mutation(
        "older-state-sent-after-the-newer",
        "One process never sends an older state after a newer one.",
        f"{_COMMON}/outbox/messages.py",
        (
            (
                "        if held.version < self._sent.get(key, 0):\n            return\n",
                "",
            ),
        ),
        (_NEWEST,),
    ),
    Mutation(
        "one-bad-document-stops-its-neighbours",
        "A document that cannot be written is parked alone.",
        f"{_DELIVERY}/writing.py",
        (
            (
                (
                    "            for write in writes:\n"
                    "                await self._write(collection, [write], outcome)\n"
                ),
                (
                    "            for write in writes:\n"
                    "                outcome.refused[write.key] = type(error).__name__\n"
                ),
            ),
        ),
        (_POISON,),
    ),
    Mutation(
        "majority-not-asked",
        "An acknowledged write survives a fail-over.",
        f"{_COMMON}/mongo.py",
        (
            (
                'write_concern=WriteConcern(w="majority", j=True),',
                "write_concern=WriteConcern(w=1),",
            ),
        ),
        (_ORDER,),
    ),
    Mutation(
        "half-majority-in-a-transaction",
        "What stands together survives a fail-over, too.",
        f"{_COMMON}/mongo.py",
        (
            (
                'read_concern=ReadConcern("snapshot"), write_concern=WriteConcern(w="majority", j=True)',
                'read_concern=ReadConcern("snapshot"), write_concern=WriteConcern(w=1)',
            ),
        ),
        (_ORDER,),
    ),
    Mutation(
        "unconfirmed-stands",
        "What no majority confirmed does not stand.",
        f"{_DELIVERY}/writing.py",
        (('        if error.details.get("writeConcernErrors"):\n', "        if False:\n"),),
        (_ORDER,),
    ),
    Mutation(
        "outage-parked",
        "Nothing is parked because something is away.",
        f"{_DELIVERY}/planning.py",
        (("    return isinstance(error, Transient) or is_transient(error)", "    return False"),),
        (_ORDER,),
    ),
    Mutation(
        "step-down-taken-for-failure",
        "A primary that steps down is waited for.",
        f"{_COMMON}/mongo.py",
        (("error.code in _AWAY:", "error.code in {0}:"),),
        ("libs/common/tests/test_mongo.py",),
    ),
    Mutation(
        "replay-taken-by-everybody",
        "A dead letter is replayed to the service that it is for.",
        f"{_DELIVERY}/batch.py",
        (("not in (None, self._service):", "in (b'', ):"),),
        (_ORDER,),
    ),
    Mutation(
        "dead-letter-without-its-headers",
        "A dead letter is the record as it came, and its newest reason.",
        f"{_DELIVERY}/parking.py",
        (
            (
                "tuple(h for h in record.headers if h[0] not in DLQ_HEADERS)",
                "tuple(record.headers)",
            ),
        ),
        (_ORDER,),
    ),
    Mutation(
        "newer-lost-to-an-insert",
        "Who inserts an older state at the same moment does not keep a newer one out.",
        f"{_DELIVERY}/writing.py",
        (("            if stored.get(number, -1) < write", "            if number == write"),),
        (_DUPLICATES,),
    ),
    Mutation(
        "outbox-without-a-cap",
        "A document holds so many events and no more.",
        f"{_COMMON}/outbox/entries.py",
        (("    if len(held) + len(entries) > MAX_ENTRIES or", "    if len(held) < 0 or"),),
        (_ENTRIES,),
    ),
    Mutation(
        "event-rests-readable",
        "An event that names people rests sealed.",
        f"{_COMMON}/outbox/entries.py",
        (('return {**entry, "body": sealed, "sealed"', 'return {**entry, "body": body, "sealed"'),),
        (_ENTRIES,),
    ),
    Mutation(
        "a-flood-about-one-document-stops-all",
        "More events of one document than it holds leave in turn.",
        f"{_DELIVERY}/planning.py",
        (("        if full and (index or", "        if not planned and (index or"),),
        (_ORDER,),
    ),
)
