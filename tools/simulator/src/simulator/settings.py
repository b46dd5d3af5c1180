"""What the command line decides."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

DEFAULT_RETRIES_S = "1,2,3,5,8,13,21,34"


@dataclass(frozen=True, slots=True)
class Settings:
    """Read once in `main`, passed down."""

    port: int
    state: Path
    host: str = "127.0.0.1"
    draft_ready_ms: int = 150
    webhook_retries_s: tuple[float, ...] = (1, 2, 3, 5, 8, 13, 21, 34)
    public_url: str | None = None

    @property
    def url(self) -> str:
        """Where clients reach the simulator; no slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def from_command_line(arguments: list[str] | None = None) -> Settings:
    """The settings of `python -m simulator`; exits with 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="Simulated stores over real HTTP: vendor APIs, a ledger, faults, a merchant.",
    )
    parser.add_argument("--port", type=int, required=True, help="listen here")
    parser.add_argument("--state", type=Path, required=True, help="folder that survives restarts")
    parser.add_argument("--host", default="127.0.0.1", help="listen on this address (%(default)s)")
    parser.add_argument("--public-url", help="what clients call it, if not http://HOST:PORT")
    parser.add_argument(
        "--draft-ready-ms",
        type=int,
        default=150,
        help="a Shopify draft is being calculated for this long (%(default)s)",
    )
    parser.add_argument(
        "--webhook-retries-s",
        default=DEFAULT_RETRIES_S,
        help="pauses before each repeat of a failed webhook, in seconds (%(default)s)",
    )
    given = parser.parse_args(arguments)
    return Settings(
        port=given.port,
        state=given.state,
        host=given.host,
        draft_ready_ms=given.draft_ready_ms,
        webhook_retries_s=tuple(float(part) for part in given.webhook_retries_s.split(",") if part),
        public_url=given.public_url,
    )
