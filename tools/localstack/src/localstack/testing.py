"""Real servers for a test session."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from localstack.servers import Servers, servers

ran: list[str] = []
"""Which servers this session ran on, in words; the summary of pytest prints it."""


@asynccontextmanager
async def servers_for_tests() -> AsyncIterator[Servers]:
    """Servers on a fresh data directory that is removed at the end.

    GIFTSTREAM_KAFKA and GIFTSTREAM_MONGO are honoured, so that tests choose their own topic and
    database names: a named server may hold those of an earlier session.
    """
    with tempfile.TemporaryDirectory(
        prefix="giftstream-tests-", ignore_cleanup_errors=True
    ) as data_dir:
        async with servers(data_dir=Path(data_dir)) as started:
            ran.append(started.summary())
            yield started
