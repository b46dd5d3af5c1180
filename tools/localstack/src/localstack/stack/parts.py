"""The programs of a stack, beside its servers: where they listen and how they are started."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from localstack.places import ROOT
from localstack.ports import Ports
from localstack.processes import Process
from localstack.stack.keys import Keys
from localstack.waiting import until

SERVICES = ("campaign", "order-placement", "store-sync", "notification")
READY_WITHIN_S = 60.0


@dataclass(frozen=True)
class Addresses:
    """Where everything answers; host:port for SMTP, else base URLs without a slash at the end."""

    services: dict[str, str]
    webhooks: str
    simulator: str
    smtp: str
    inbox: str


@dataclass(frozen=True)
class Part:
    """One program; `ready_url` answers 200 once it can work."""

    process: Process
    url: str
    ready_url: str

    @property
    def name(self) -> str:
        """As in run.json."""
        return self.process.name

    async def start(self) -> None:
        """Start it and return once it is ready; StackError with its log's last lines if not."""
        await self.process.start()
        await self.process.ready(self._answers, within_s=READY_WITHIN_S)

    async def wait(self) -> int:
        """The exit code, once it has ended."""
        return await self.process.wait()

    async def _answers(self) -> None:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
            await until(lambda: _is_ready(http, self.ready_url))


def addresses(ports: Ports) -> Addresses:
    """Chosen once for a data directory."""

    def url(name: str) -> str:
        return f"http://127.0.0.1:{ports.get(name)}"

    return Addresses(
        services={name: url(name) for name in SERVICES},
        webhooks=url("webhooks"),
        simulator=url("simulator"),
        smtp=f"127.0.0.1:{ports.get('smtp')}",
        inbox=url("inbox"),
    )


def outside(at: Addresses, data: Path, inherit: Sequence[int]) -> list[Part]:
    """What stands for the world outside: the stores and the mail inbox."""
    simulator: list[str | Path] = [
        "simulator",
        "--port",
        _port(at.simulator),
        "--state",
        data / "simulator",
    ]
    mail = ["--smtp-port", _port(at.smtp), "--http-port", _port(at.inbox)]
    inbox: list[str | Path] = ["localstack.inbox", *mail, "--data", data / "mails"]
    return [
        Part(
            _python("simulator", simulator, data, dict(os.environ), inherit),
            at.simulator,
            f"{at.simulator}/_faults",
        ),
        Part(
            _python("inbox", inbox, data, dict(os.environ), inherit),
            at.inbox,
            f"{at.inbox}/ready",
        ),
    ]


def services(
    at: Addresses, data: Path, environment: dict[str, str], inherit: Sequence[int]
) -> list[Part]:
    """The four services."""
    return [
        Part(
            _python(name, [name.replace("-", "_")], data, os.environ | environment, inherit),
            at.services[name],
            f"{at.services[name]}/ready",
        )
        for name in SERVICES
    ]


def service_environment(at: Addresses, kafka: str, mongo: str, keys: Keys) -> dict[str, str]:
    """What the services are told; `make help-env` explains each."""
    own = {f"{name.upper().replace('-', '_')}_PORT": _port(at.services[name]) for name in SERVICES}
    return {
        "GIFTSTREAM_KAFKA": kafka,
        "GIFTSTREAM_MONGO": mongo,
        "GIFTSTREAM_ADMIN_KEY_FILE": str(keys.admin_key_file),
        "GIFTSTREAM_SERVICE_TOKENS_FILE": str(keys.service_tokens_file),
        "GIFTSTREAM_SEALING_KEY_FILE": str(keys.sealing_key_file),
        "GIFTSTREAM_CAMPAIGN_URL": at.services["campaign"],
        "GIFTSTREAM_ORDER_PLACEMENT_URL": at.services["order-placement"],
        "GIFTSTREAM_STORE_SYNC_URL": at.services["store-sync"],
        "GIFTSTREAM_LOG_LEVEL": os.environ.get("GIFTSTREAM_LOG_LEVEL", "info"),
        **own,
        "STORE_SYNC_WEBHOOK_PORT": _port(at.webhooks),
        "STORE_SYNC_WEBHOOK_URL": at.webhooks,
        "STORE_SYNC_SIMULATOR_URL": at.simulator,
        "NOTIFICATION_SMTP": at.smtp,
    }


def _python(
    name: str,
    module: Sequence[str | Path],
    data: Path,
    environment: dict[str, str],
    inherit: Sequence[int],
) -> Process:
    return Process(
        name,
        [sys.executable, "-m", *module],
        log=data / "logs" / f"{name}.log",
        cwd=ROOT,
        environment=environment | {"PYTHONUNBUFFERED": "1"},
        inherit=inherit,
    )


async def _is_ready(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == 200
    except httpx.TransportError:
        return False


def _port(address: str) -> str:
    return address.rpartition(":")[2]
