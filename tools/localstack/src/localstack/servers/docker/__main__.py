"""`python -m localstack.servers.docker`: whether a Docker engine answers, as an exit code."""

from __future__ import annotations

import asyncio
import sys

from localstack.errors import ServerUnavailable
from localstack.servers.docker.engine import engine


def main() -> int:
    """0 when one answers, 1 with the reason when not."""
    try:
        asyncio.run(engine())
    except ServerUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
