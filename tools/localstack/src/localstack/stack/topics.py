"""The topics of all services, made with the command that operators use."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from localstack.places import ROOT
from localstack.processes import Process

WITHIN_S = 90.0


async def apply_topics(kafka: str, log: Path) -> None:
    """`giftstream topics apply`; StackError with what it said when it does not end well."""
    command = Process(
        "giftstream topics apply",
        [sys.executable, "-m", "giftstream_cli", "topics", "apply", "--yes"],
        log=log,
        cwd=ROOT,
        environment=os.environ | {"GIFTSTREAM_KAFKA": kafka},
    )
    await command.start()
    try:
        async with asyncio.timeout(WITHIN_S):
            code = await command.wait()
    except TimeoutError:
        raise command.failure(f"the topics were not made within {WITHIN_S:.0f} s") from None
    finally:
        await command.kill()
    if code != 0:
        raise command.failure(f"giftstream topics apply ended with code {code}")
