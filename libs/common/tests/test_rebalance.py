"""Before partitions go to another member the running batch ends: few records come twice."""

import asyncio

from giftstream.delivery.rebalance import WaitForBatch


async def test_a_revoke_waits_for_the_batch_under_way_and_for_nothing_else() -> None:
    running = WaitForBatch()
    await running.on_partitions_revoked(set())
    with running:
        revoked = asyncio.create_task(running.on_partitions_revoked(set()))
        for _ in range(3):
            await asyncio.sleep(0)
        assert running.busy
        assert not revoked.done()
    async with asyncio.timeout(5.0):
        await revoked
    assert not running.busy
