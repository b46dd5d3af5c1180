"""How each fault of a plan is done, and undone after its time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from faults.lab import Lab
from faults.schedule import Fault
from localstack.processes import Process
from localstack.servers.kafka import KafkaServer
from localstack.servers.mongo import MongoServer
from support.brands import Brand

Say = Callable[[str], None]
Strike = Callable[[Lab, Fault], Awaitable[None]]


async def strike(lab: Lab, fault: Fault, brands: Sequence[Brand], say: Say) -> None:
    """Wait for the fault's time, do it, wait, undo it."""
    await asyncio.sleep(fault.at_s)
    say(f"  {fault}")
    if fault.kind == "store":
        await _store(fault, brands[int(fault.target)])
    elif fault.kind == "webhooks":
        await _webhooks(fault, brands[int(fault.target)])
    elif fault.kind == "access":
        await _access(lab, fault, brands[int(fault.target)])
    elif fault.kind == "another":
        await _another(lab, fault)
    elif fault.kind == "mail":
        answer, times = fault.what.split()
        body = {"verb": fault.target, "fault": answer, "times": int(times)}
        await lab.stack.inbox.post("/_faults", body)
    else:
        strike, lock = OURS[fault.kind]
        async with lab.locks[lock or fault.target]:
            await strike(lab, fault)
    say(f"           over: {fault.kind} {fault.target}")


async def _kill(lab: Lab, fault: Fault) -> None:
    await lab.stack.part(fault.target).process.kill()
    await asyncio.sleep(fault.lasts_s)
    await lab.revive(fault.target)


async def _stop(lab: Lab, fault: Fault) -> None:
    process = lab.stack.part(fault.target).process
    process.pause()
    await asyncio.sleep(fault.lasts_s)
    process.resume()


async def _restart(lab: Lab, fault: Fault) -> None:
    await lab.revive(fault.target)


async def _crash(lab: Lab, fault: Fault) -> None:
    """Dies at the point, or is ended after a while because nothing led it there."""
    part = await lab.stack.restart(fault.target, ready=False, GIFTSTREAM_CRASHPOINT=fault.what)
    await _dead(part.process, fault.lasts_s)
    await lab.revive(fault.target)


async def _stop_at(lab: Lab, fault: Fault) -> None:
    """Stops at the point, or goes on because nothing led it there; sent on in either case."""
    part = await lab.stack.restart(fault.target, ready=False, GIFTSTREAM_CRASHPOINT=fault.what)
    await asyncio.sleep(fault.lasts_s)
    part.process.resume()
    await lab.revive(fault.target)


async def _dead(process: Process, within_s: float) -> None:
    try:
        async with asyncio.timeout(within_s):
            await process.wait()
    except TimeoutError:
        return


async def _broker_killed(lab: Lab, fault: Fault) -> None:
    await _gone(lab, lab.servers.brokers[int(fault.target)], fault.lasts_s)


async def _broker_stopped(lab: Lab, fault: Fault) -> None:
    await _paused(lab, lab.servers.brokers[int(fault.target)], fault.lasts_s)


async def _primary_killed(lab: Lab, fault: Fault) -> None:
    await _gone(lab, await lab.servers.replica_set.primary(), fault.lasts_s)


async def _primary_stopped(lab: Lab, fault: Fault) -> None:
    await _paused(lab, await lab.servers.replica_set.primary(), fault.lasts_s)


async def _stepped_down(lab: Lab, _: Fault) -> None:
    await lab.servers.replica_set.step_down()


async def _gone(lab: Lab, server: KafkaServer | MongoServer, lasts_s: float) -> None:
    await server.kill()
    await asyncio.sleep(lasts_s)
    await server.start()
    # The next one may only go when this one has caught up: two of three are an outage.
    await lab.servers.whole()


async def _paused(lab: Lab, server: KafkaServer | MongoServer, lasts_s: float) -> None:
    server.pause()
    await asyncio.sleep(lasts_s)
    server.resume()
    await lab.servers.whole()


async def _store(fault: Fault, brand: Brand) -> None:
    call, answer, chance = fault.what.split()
    simulator = brand.stack.simulator
    made = await simulator.post(
        "/_faults",
        {
            "store": brand.store,
            "operation": call,
            "fault": answer,
            "probability": float(chance),
            "delay_ms": 3000,
        },
    )
    await asyncio.sleep(fault.lasts_s)
    await simulator.call("DELETE", "/_faults", params={"id": made["id"]})


async def _webhooks(fault: Fault, brand: Brand) -> None:
    _, drop, _, duplicate = fault.what.split()
    chaos = {"drop": float(drop), "duplicate": int(duplicate), "shuffle": True}
    simulator = brand.stack.simulator
    await simulator.post("/_webhooks", {"store": brand.store, **chaos})
    await asyncio.sleep(fault.lasts_s)
    await simulator.post("/_webhooks", {"store": brand.store})


async def _access(lab: Lab, fault: Fault, brand: Brand) -> None:
    """The app is uninstalled, or a permission is gone, until a merchant gives all back."""
    how, _, scope = fault.what.partition(" ")
    path, simulator = f"/_merchant/{brand.store}", brand.stack.simulator
    async with lab.locks[brand.store]:
        await simulator.post(f"{path}/{how}", {"scopes": [scope]} if scope else {})
        await asyncio.sleep(fault.lasts_s)
        await simulator.post(f"{path}/restore", {})


async def _another(lab: Lab, fault: Fault) -> None:
    """One more replica joins, and leaves again."""
    name = await lab.join(fault.target)
    await asyncio.sleep(fault.lasts_s)
    await lab.stack.retire(name)


OURS: dict[str, tuple[Strike, str | None]] = {
    "kill": (_kill, None),
    "stop": (_stop, None),
    "restart": (_restart, None),
    "crash": (_crash, None),
    "stop at": (_stop_at, None),
    "kill broker": (_broker_killed, "kafka"),
    "stop broker": (_broker_stopped, "kafka"),
    "kill primary": (_primary_killed, "mongo"),
    "stop primary": (_primary_stopped, "mongo"),
    "step down": (_stepped_down, "mongo"),
}
"""What is done, and under whose lock; None: the target's own."""
