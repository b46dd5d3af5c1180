"""The commands of the README, in its order, lead to a second brand with two stores and gifts."""

import asyncio
import os
import re
import sys
from pathlib import Path

from giftstream_cli.services import SERVICES
from support.stack import Stack

ROOT = Path(__file__).parents[3]
SECTION = r"^## A brand of your own$.*?^```sh\n(.*?)^```$"
REPEATED = r"BRAND=|giftstream selections submit"
SAMPLES = (ROOT / "examples" / "selections.jsonl").read_text("utf-8").splitlines()


def environment(stack: Stack) -> dict[str, str]:
    """What `.giftstream/run.json` tells where `make run` runs."""
    urls = {f"GIFTSTREAM_URL_{n.upper().replace('-', '_')}": stack.at.services[n] for n in SERVICES}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    told = {"GIFTSTREAM_URL_SIMULATOR": stack.at.simulator, "GIFTSTREAM_KEY": stack.keys.admin_key}
    return os.environ | urls | told | {"PATH": path}


async def run(stack: Stack, commands: str) -> tuple[int | None, str, str]:
    """As a person pastes them, each one's failure ending it all."""
    shell = await asyncio.create_subprocess_exec(
        *("sh", "-eu", "-c", commands),
        cwd=ROOT,
        env=environment(stack),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(180):
            out, err = await shell.communicate()
    finally:
        if shell.returncode is None:
            shell.kill()
            await shell.wait()
    return shell.returncode, out.decode(), err.decode()


async def test_the_readme_leads_to_a_second_brand_with_two_stores_and_its_gifts(
    stack: Stack,
) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = re.search(SECTION, readme, re.MULTILINE | re.DOTALL)
    assert commands
    # The shell tells afterwards what a person would have seen on the way.
    tell = "\necho $BRAND $SPAIN $WORLD $CAMPAIGN\n"
    code, out, err = await run(stack, commands[1] + tell)
    assert code == 0, out + err
    brand, spain, world, campaign = out.splitlines()[-1].split()
    orders = (await stack.orders.get("/orders", brand_id=brand, limit=100))["items"]
    assert len(orders) == len(SAMPLES)
    placed = {"placed", "fulfilled", "in_transit", "delivered"}
    assert {order["status"] for order in orders} <= placed, orders
    assert {order["store_id"] for order in orders} == {spain, world}
    assert {order["campaign_id"] for order in orders} == {campaign}

    # Given again, a command finds what it made, and orders nothing twice.
    repeated = [line for line in commands[1].splitlines() if re.match(REPEATED, line)]
    code, out, err = await run(stack, "\n".join([f"CAMPAIGN={campaign}", *repeated, "echo $BRAND"]))
    assert code == 0, out + err
    assert out.splitlines()[-1] == brand
    after = (await stack.orders.get("/orders", brand_id=brand, limit=100))["items"]
    assert {one["order_id"] for one in after} == {one["order_id"] for one in orders}
