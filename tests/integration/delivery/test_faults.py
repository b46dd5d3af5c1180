"""Whatever dies or goes away in mid-stream, the effects are those of a quiet run."""

import asyncio
import signal
from typing import Any

import pytest
from support.ports import free_port
from support.waiting import until

KEYS = 25


async def publish_steps(counting: Any, count: int) -> None:
    await counting.publish([counting.step(f"k{n % KEYS}", 1 + n % 3) for n in range(count)])


async def counted_some(counting: Any, at_least: int) -> None:
    async def some() -> bool:
        return sum((await counting.totals()).values()) >= at_least

    await until(some, within_s=60.0, what=f"{at_least} counted", every_s=0.05)


def long(point: str) -> Any:
    return pytest.param(point, marks=pytest.mark.long)


@pytest.mark.parametrize(
    "point",
    [
        long("batch.decoded"),
        "batch.written",
        long("batch.published"),
        long("batch.parked"),
        "batch.before_ack",
        long("outbox.before_send"),
        "outbox.sent",
        long("outbox.pulled"),
    ],
)
async def test_a_kill_at_each_point_changes_nothing(counting: Any, point: str) -> None:
    await publish_steps(counting, 900)
    await counting.publish([(counting.moved, b"k0", b"poison", [])])
    doomed = await counting.member(crashpoint=point)
    assert await doomed.ended() == -signal.SIGKILL
    await counting.member()
    await counting.settled()
    await counting.check()
    parked = await counting.dead_letters()
    assert {r.value for r in parked} == {b"poison"}


async def test_sigterm_in_mid_batch_loses_and_doubles_nothing(counting: Any) -> None:
    await publish_steps(counting, 6000)
    member = await counting.member()
    await counted_some(counting, 1)
    member.signal(signal.SIGTERM)
    assert await member.ended() == 0
    await counting.member()
    await counting.settled()
    await counting.check()


async def test_a_second_member_joining_in_mid_batch_doubles_nothing(counting: Any) -> None:
    await publish_steps(counting, 6000)
    await counting.member()
    await counted_some(counting, 1)
    await counting.member()
    await publish_steps(counting, 2000)
    await counting.settled()
    await counting.check()


async def test_one_of_several_named_brokers_is_enough(counting: Any) -> None:
    await publish_steps(counting, 100)
    nobody = f"127.0.0.1:{free_port()}"
    await counting.member(kafka=f"{nobody},{counting.servers.kafka},{nobody}")
    await counting.settled()
    await counting.check()


@pytest.mark.long
async def test_mongodb_stopped_for_half_a_minute_is_waited_out(counting: Any) -> None:
    member = await counting.member()
    await publish_steps(counting, 3000)
    await counted_some(counting, 1)
    await counting.servers.mongo_server.stop()
    try:
        publishing = asyncio.create_task(publish_steps(counting, 2000))
        await asyncio.sleep(30)
        await publishing
    finally:
        await counting.servers.mongo_server.start()
    await counting.settled(within_s=120.0)
    await counting.check()
    assert await counting.dead_letters() == []
    assert member.runs


async def test_kafka_stopped_for_twenty_seconds_is_waited_out(counting: Any) -> None:
    member = await counting.member()
    await publish_steps(counting, 6000)
    await counted_some(counting, 1)
    await counting.servers.kafka_server.stop()
    try:
        await asyncio.sleep(20)
    finally:
        await counting.servers.kafka_server.start()
    await publish_steps(counting, 500)
    await counting.settled(within_s=120.0)
    await counting.check()
    assert await counting.dead_letters() == []
    assert member.runs


@pytest.mark.long
async def test_a_service_ends_although_kafka_is_away(counting: Any) -> None:
    member = await counting.member()
    await publish_steps(counting, 500)
    await counting.settled()
    await counting.servers.kafka_server.stop()
    try:
        member.signal(signal.SIGTERM)
        assert await member.ended(within_s=60.0) in (0, 1)
    finally:
        await counting.servers.kafka_server.start()
