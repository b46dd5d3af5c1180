"""What the command line decides."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

# Shopify repeats a failed webhook eight times within four hours, each time later.
SHOPIFY_RETRIES_S = (60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 3840.0, 6780.0)
# At this pace they take a minute and a half.
FAST = 0.006


@dataclass(frozen=True, slots=True)
class Settings:
    """Read once in `main`, passed down."""

    port: int
    state: Path
    host: str = "127.0.0.1"
    draft_ready_ms: int = 150
    webhook_retries_s: tuple[float, ...] | None = None
    webhook_time_scale: float = FAST
    public_url: str | None = None

    @property
    def url(self) -> str:
        """Where clients reach the simulator; no slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def retries_s(self) -> tuple[float, ...]:
        """The pauses before each repeat: those named, else Shopify's as time passes here."""
        if self.webhook_retries_s is not None:
            return self.webhook_retries_s
        return tuple(pause * self.webhook_time_scale for pause in SHOPIFY_RETRIES_S)

    @property
    def old_secret_s(self) -> float:
        """After a new secret, webhooks may be signed with the old one for up to an hour."""
        return 3600.0 * self.webhook_time_scale


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
        type=_seconds,
        help="pauses before each repeat of a failed webhook, in seconds, in place of Shopify's",
    )
    parser.add_argument(
        "--webhook-time-scale",
        type=float,
        default=FAST,
        help="how fast Shopify's four hours of webhook repeats pass; 1 is as there (%(default)s)",
    )
    given = parser.parse_args(arguments)
    return Settings(
        port=given.port,
        state=given.state,
        host=given.host,
        draft_ready_ms=given.draft_ready_ms,
        webhook_retries_s=given.webhook_retries_s,
        webhook_time_scale=given.webhook_time_scale,
        public_url=given.public_url,
    )


def _seconds(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(",") if part)
