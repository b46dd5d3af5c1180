"""DESIGN 6: what was seen in a store is seen by one, in order, and nothing of it is lost."""

from mutations.mutation import Mutation

_SYNC = "services/store-sync/src/store_sync"
_TESTS = "services/store-sync/tests"
_ORDERS, _POLLS = (f"{_TESTS}/test_followed_orders.py",), (f"{_TESTS}/test_polls.py",)
_ROUNDS, _KEPT = (f"{_TESTS}/test_poll_store.py",), (f"{_TESTS}/test_deliveries.py",)
_CHECKS, _LOOKS = (f"{_TESTS}/test_check_store.py",), (f"{_TESTS}/test_follow_order.py",)

FOLLOWING = (
    Mutation(
        "read-by-two-at-once",
        "One read of an order is in flight.",
        f"{_SYNC}/followed_orders.py",
        (('                "$or": [{"lease": None}, {"lease.until": {"$lte": moment}}],\n', ""),),
        _ORDERS,
    ),
    Mutation(
        "late-reader-saves",
        "Who has lost an order saves no older look after a newer one.",
        f"{_SYNC}/followed_orders.py",
        (
            (
                (
                    'query: Document = {"_id": claimed["_id"], '
                    '"lease.holder": claimed["lease"]["holder"]}'
                ),
                'query: Document = {"_id": claimed["_id"]}',
            ),
        ),
        _ORDERS,
    ),
    Mutation(
        "hint-lost-while-reading",
        "A webhook that comes while the store is read makes it be read again.",
        f"{_SYNC}/followed_orders.py",
        (
            (
                '{**query, "due_at": claimed["due_at"]}, _with_next(update, next_at)',
                "query, _with_next(update, next_at)",
            ),
        ),
        _ORDERS,
    ),
    Mutation(
        "cursor-moved-by-whoever-lost-it",
        "Who has lost a store's poll moves no cursor.",
        f"{_SYNC}/polls.py",
        (
            (
                '{"_id": claimed["_id"], "lease.holder": claimed["lease"]["holder"]},',
                '{"_id": claimed["_id"]},',
            ),
        ),
        _POLLS,
    ),
    Mutation(
        "cursor-moved-before-its-page",
        "The cursor moves after a page has its effect.",
        f"{_SYNC}/poll_store.py",
        (
            (
                '            hinted += await self._apply(claimed["_id"], page.orders)\n',
                "",
            ),
            (
                "            after = page.after\n            kept =",
                "            after, applied = page.after, page.orders\n            kept =",
            ),
            (
                '            crashpoint("poll.cursor_saved")\n',
                (
                    '            hinted += await self._apply(claimed["_id"], applied)\n'
                    '            crashpoint("poll.cursor_saved")\n'
                ),
            ),
        ),
        _ROUNDS,
    ),
    Mutation(
        "unconfirmed-webhook-stored",
        "A webhook is answered with 2xx when a majority has it.",
        f"{_SYNC}/deliveries.py",
        (('            if error.details.get("writeConcernErrors"):\n', "            if False:\n"),),
        _KEPT,
    ),
    Mutation(
        "webhooks-kept-for-ever",
        "Bodies that may name people are forgotten.",
        f"{_SYNC}/deliveries.py",
        (('IndexModel([("received_at", ASCENDING)], expireAfterSeconds=KEPT_S),', ""),),
        _KEPT,
    ),
    Mutation(
        "silent-store-lost",
        "A store that does not answer says nothing of our access.",
        f"{_SYNC}/check_store.py",
        (("        if not look.sure:\n", "        if look.sure is None:\n"),),
        _CHECKS,
    ),
    Mutation(
        "old-credentials-believed",
        "What was seen with credentials that were replaced counts no more.",
        f"{_SYNC}/check_store.py",
        (('            if connection["secrets"] != secrets:\n', "            if not secrets:\n"),),
        _CHECKS,
    ),
    Mutation(
        "looks-not-numbered",
        "Each look that shows something new has the next number.",
        f"{_SYNC}/follow_order.py",
        (('number = claimed["observation"] + 1', 'number = max(claimed["observation"], 1)'),),
        _LOOKS,
    ),
    Mutation(
        "absent-once-is-cancelled",
        "A store that does not show an order once has not cancelled it.",
        f"{_SYNC}/follow_order.py",
        (("ABSENCES = 2", "ABSENCES = 1"),),
        _LOOKS,
    ),
    Mutation(
        "old-order-is-cancelled",
        "What a store shows no more for its age is not cancelled.",
        f"{_SYNC}/follow_order.py",
        (("if before.cancelled_at is not None or old:", "if before.cancelled_at is not None:"),),
        _LOOKS,
    ),
    Mutation(
        "charge-not-told",
        "A total that is not as ordered is told.",
        f"{_SYNC}/follow_order.py",
        (("others = [*_total(claimed, seen), *moved]", "others = [*moved]"),),
        _LOOKS,
    ),
    Mutation(
        "address-digest-readable",
        "Of an address only a sealed digest is kept.",
        f"{_SYNC}/follow_order.py",
        (("return self._sealing.seal(found.encode(), **place), []", "return found.encode(), []"),),
        _LOOKS,
    ),
)
