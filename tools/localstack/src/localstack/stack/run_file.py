"""`.giftstream/run.json`: how other programs find the running stack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from localstack.places import write_atomically
from localstack.servers import Servers
from localstack.stack.demo import Demo
from localstack.stack.keys import Keys
from localstack.stack.parts import Addresses


class RunFile:
    """Written when everything is ready and whenever a pid changes; removed at the end."""

    def __init__(self, data: Path) -> None:
        self._path = data / "run.json"
        self._logs = data / "logs"
        self._content: dict[str, Any] | None = None

    def fill(self, servers: Servers, at: Addresses, keys: Keys, demo: Demo) -> None:
        """Everything but the pids."""
        self._content = {
            "kafka": servers.kafka,
            "mongo": servers.mongo,
            "servers": servers.kind,
            "services": at.services,
            "webhooks": at.webhooks,
            "simulator": at.simulator,
            "smtp": at.smtp,
            "inbox": at.inbox,
            "admin_key": keys.admin_key,
            "pids": {},
            "demo": demo.as_json(),
            "logs": str(self._logs),
        }

    def write(self, pids: dict[str, int]) -> None:
        """Replace the file in one step. Nothing happens before it was filled."""
        if self._content is not None:
            self._content["pids"] = pids
            write_atomically(self._path, json.dumps(self._content, indent=1))

    def remove(self) -> None:
        """Nobody shall find a stack that is gone."""
        self._content = None
        self._path.unlink(missing_ok=True)
