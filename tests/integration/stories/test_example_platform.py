"""A platform written against the documents alone: the script and the lines in examples/ work."""

import asyncio
import os
import re
import shutil
import sys
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from support.brands import Brand
from support.checker import check

MakeBrand = Callable[..., Awaitable[Brand]]
EXAMPLES = Path(__file__).parents[3] / "examples"


async def run(program: list[str], more: dict[str, str]) -> tuple[int, str, str]:
    """Exit code and both outputs, within a minute."""
    process = await asyncio.create_subprocess_exec(
        *program,
        env={**os.environ, **more},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, out.decode(), err.decode()


async def platform(brand: Brand, *options: str, **more: str) -> tuple[int, str, str]:
    """The script as a platform of this brand."""
    at = {
        "PLATFORM_RUN_JSON": "none",
        "PLATFORM_KAFKA": brand.stack.servers.kafka,
        "PLATFORM_BRAND": brand.brand_id,
        "PLATFORM_CAMPAIGN": brand.campaign_id,
        "PLATFORM_KEY_ID": brand.publisher["key_id"],
        "PLATFORM_SECRET": brand.publisher["secret"],
    }
    script = str(EXAMPLES / "publish_and_follow.py")
    return await run([sys.executable, script, "--sku", brand.sku(), *options], at | more)


async def test_the_script_follows_its_selection_into_the_store(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    selection_id = f"sel-{uuid.uuid4().hex[:8]}"
    code, out, err = await platform(brand, "--selection-id", selection_id, "--reference", "mine-5")
    assert code == 0, out + err
    order = await brand.order_of(selection_id, "placed")
    assert order["reference"] == "mine-5"
    brand.sent.append({"brand_id": brand.brand_id, "selection_id": selection_id})
    assert f"placed {order['order_id']} ({order['store_order']['number']})" in out
    await check(brand)


async def test_the_script_tells_reasons_and_its_exit_code_says_how_it_ended(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand()
    code, out, err = await platform(brand, PLATFORM_SECRET="not it")
    assert code == 1, out + err
    assert re.search(r"^refused .*\n  bad_signature: .+\.$", out, re.MULTILINE)
    code, out, err = await platform(brand, "--sku", "NO-SUCH", "--within", "5")
    assert code == 1, out + err
    assert re.search(r"^on_hold .*\n  product_not_imported: .+\.$", out, re.MULTILINE)
    assert (await platform(brand, PLATFORM_BRAND=""))[0] == 2
    assert (await platform(brand, PLATFORM_KAFKA="127.0.0.1:1"))[0] == 3


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("sh")), reason="no curl here")
async def test_the_lines_for_platforms_without_kafka_work(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    lines = re.search(
        r"^```sh\n(.*?)^```$", (EXAMPLES / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert lines
    selection_id = f"sel-{uuid.uuid4().hex[:8]}"
    at = {
        "CAMPAIGN": brand.stack.at.services["campaign"],
        "ORDER_PLACEMENT": brand.stack.at.services["order-placement"],
        "API_KEY": brand.api_key,
        "BRAND_ID": brand.brand_id,
        "CAMPAIGN_ID": brand.campaign_id,
        "SELECTION_ID": selection_id,
        "SKU": brand.sku(),
        "NO_PROXY": "*",
    }
    code, out, err = await run(["sh", "-euc", lines[1]], at)
    assert code == 0, out + err
    assert '"outcome":"accepted"' in out or '"outcome":"waiting"' in out
    order = await brand.order_of(selection_id, "placed")
    assert order["reference"] == "platform-order-5"
