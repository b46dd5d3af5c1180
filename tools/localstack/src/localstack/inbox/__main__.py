"""`python -m localstack.inbox --smtp-port 1025 --http-port 1080 --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import uvicorn

from localstack.inbox.faults import Faults
from localstack.inbox.http import create_app
from localstack.inbox.mails import Mails
from localstack.inbox.smtp import serve_smtp


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m localstack.inbox", description=__doc__)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="directory of the kept mails")
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.smtp_port, arguments.http_port, arguments.data))


async def serve(smtp_port: int, http_port: int, data: Path) -> None:
    """Both sides in one loop."""
    mails, faults = Mails(data), Faults()
    smtp = await serve_smtp(mails, faults, smtp_port)
    config = uvicorn.Config(
        create_app(mails, faults),
        port=http_port,
        log_level="info",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    try:
        await uvicorn.Server(config).serve()
    finally:
        smtp.close()


if __name__ == "__main__":
    main()
