"""Further replicas of order-placement: the same group, database and lanes, another port."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from localstack.places import ROOT
from localstack.processes import Process
from localstack.stack.parts import Part

REPLICATED = "order-placement"


def further_replicas(
    ports: Mapping[int, int], data: Path, environment: Mapping[str, str]
) -> list[Part]:
    """One part for each number, named `order-placement-2` and so on."""
    return [_replica(number, port, data, environment) for number, port in ports.items()]


def _replica(number: int, port: int, data: Path, environment: Mapping[str, str]) -> Part:
    name, url = f"{REPLICATED}-{number}", f"http://127.0.0.1:{port}"
    own = {"ORDER_PLACEMENT_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    process = Process(
        name,
        [sys.executable, "-m", REPLICATED.replace("-", "_")],
        log=data / "logs" / f"{name}.log",
        cwd=ROOT,
        environment={**os.environ, **environment, **own},
    )
    return Part(process, url, f"{url}/ready")
