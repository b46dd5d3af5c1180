"""DESIGN 4.11 and 4.14: what is away is waited for, and a rebalance ends what is under way."""

from mutations.mutation import Mutation

_DELIVERY = "libs/common/src/giftstream/delivery"
_LONG = ("tests/integration/delivery/test_long_outages.py",)

OUTAGES = (
    Mutation(
        "committed-past-an-outage",
        "Nothing is committed past what could not be delivered.",
        f"{_DELIVERY}/subscriber.py",
        (
            (
                '                    raise\n                log.warning("delivery.waits"',
                '                    return\n                log.warning("delivery.waits"',
            ),
        ),
        _LONG,
    ),
    Mutation(
        "acknowledged-on-error",
        "A batch that ends in an error comes again.",
        f"{_DELIVERY}/subscriber.py",
        (("ack_policy=AckPolicy.NACK_ON_ERROR", "ack_policy=AckPolicy.ACK"),),
        _LONG,
    ),
    Mutation(
        "revoke-not-awaited",
        "Partitions go to another member when the running batch has ended.",
        f"{_DELIVERY}/rebalance.py",
        (("                await self._idle.wait()\n", "                return\n"),),
        ("libs/common/tests/test_rebalance.py",),
    ),
)
