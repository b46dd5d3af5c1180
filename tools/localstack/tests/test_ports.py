from __future__ import annotations

import itertools
import socket
from pathlib import Path

from localstack.ports import HIGHEST, LOWEST, Ports, share


def test_a_port_is_kept_for_the_next_run(data_dir: Path) -> None:
    port = Ports(data_dir).get("kafka")
    assert LOWEST <= port <= HIGHEST
    assert Ports(data_dir).get("kafka") == port


def test_a_port_that_somebody_took_meanwhile_is_replaced_and_this_is_said(data_dir: Path) -> None:
    port = Ports(data_dir).get("kafka")
    said: list[str] = []
    with socket.create_server(("127.0.0.1", port)):
        other = Ports(data_dir, said.append).get("kafka")
    assert other != port
    assert said == [f"port {port} of kafka is taken by another program; using {other}"]
    assert Ports(data_dir).get("kafka") == other


def test_shares_of_the_range_do_not_overlap() -> None:
    shares = [share(f"{number}/3") for number in range(3)]
    assert shares[0][0] == LOWEST
    assert shares[-1][1] <= HIGHEST
    assert all(one[1] < other[0] for one, other in itertools.pairwise(shares))
