"""One service as a process on real servers, and who may call it."""

import json
from pathlib import Path

import httpx
from localstack.servers import Servers
from support.processes import Process


class OneService:
    """What the tests of a single service have in common. `environment` names its port."""

    def __init__(
        self, servers: Servers, environment: dict[str, str], *, module: str, port: int, folder: Path
    ) -> None:
        self.servers = servers
        self.environment = environment
        self.url = f"http://127.0.0.1:{port}"
        log = folder / f"{module.replace('_', '-')}.log"
        self.process = Process(["-m", module], environment, log)
        self.http = self.client(Path(environment["GIFTSTREAM_ADMIN_KEY_FILE"]).read_text())

    def client(self, key: str) -> httpx.AsyncClient:
        """An HTTP client with this key."""
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=30.0, trust_env=False)

    def as_service(self, name: str) -> httpx.AsyncClient:
        """An HTTP client with another service's token."""
        tokens = json.loads(Path(self.environment["GIFTSTREAM_SERVICE_TOKENS_FILE"]).read_text())
        return self.client(tokens[name])

    async def start(self, **extra: str) -> None:
        """Start it, with this in its environment too, and wait until it is ready."""
        await self.process.start(**extra)
        await self.process.ready(self.url)
