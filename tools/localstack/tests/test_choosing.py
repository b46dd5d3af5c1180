"""Which servers are taken: containers, then processes. No engine is needed here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from localstack.errors import ServerUnavailable, StackError
from localstack.servers.rung import Kind, Ready, Rung, Running, first_running
from localstack.servers.which import asked_for, rungs


class Place:
    """A rung that gives servers, or cannot."""

    def __init__(self, kind: Kind, trouble: str = "") -> None:
        self.kind = kind
        self.trouble = trouble
        self.runs = False

    @asynccontextmanager
    async def running(self, names: Sequence[str], ready: Ready) -> AsyncIterator[Running]:
        if self.trouble:
            raise StackError(self.trouble)
        self.runs = True
        try:
            yield Running(self.kind, {})
        finally:
            self.runs = False


PROCESSES, DOCKER = Place("processes"), Place("docker")


async def an_engine() -> Rung:
    return DOCKER


async def no_engine() -> Rung:
    raise ServerUnavailable("No Docker engine answers.")


async def test_an_engine_that_answers_comes_before_processes() -> None:
    assert await rungs("auto", docker=an_engine, processes=PROCESSES) == [DOCKER, PROCESSES]


async def test_without_an_engine_processes_run() -> None:
    assert await rungs("auto", docker=no_engine, processes=PROCESSES) == [PROCESSES]


async def test_processes_that_are_asked_for_do_not_ask_an_engine() -> None:
    async def never() -> Rung:
        raise AssertionError

    assert await rungs("processes", docker=never, processes=PROCESSES) == [PROCESSES]


async def test_docker_that_is_asked_for_is_never_replaced() -> None:
    assert await rungs("docker", docker=an_engine, processes=PROCESSES) == [DOCKER]
    with pytest.raises(ServerUnavailable, match=r"No Docker engine answers\. GIFTSTREAM_SERVERS"):
        await rungs("docker", docker=no_engine, processes=PROCESSES)


async def test_a_rung_that_cannot_give_servers_is_told_and_the_next_one_runs() -> None:
    said: list[str] = []
    broken, good = Place("docker", "has no image apache/kafka"), Place("processes")
    async with first_running([broken, good], ["kafka"], lambda *_: None, said.append) as started:
        assert started.kind == "processes"
        assert good.runs
    assert not good.runs
    assert said == ["processes instead of docker: has no image apache/kafka"]


async def test_the_trouble_of_the_last_rung_is_raised() -> None:
    places = [Place("docker", "no image"), Place("processes", "no Java")]
    with pytest.raises(StackError, match="no Java"):
        async with first_running(places, ["kafka"], lambda *_: None, lambda _: None):
            pass


async def test_a_failure_of_those_who_use_the_servers_starts_nothing_else() -> None:
    first, second = Place("docker"), Place("processes")
    said: list[str] = []
    with pytest.raises(StackError, match="a service did not start"):
        async with first_running([first, second], ["kafka"], lambda *_: None, said.append):
            raise StackError("a service did not start")
    assert not first.runs
    assert not second.runs
    assert not said


@pytest.mark.parametrize(("value", "meant"), [("", "auto"), ("docker", "docker")])
def test_the_setting_is_auto_unless_it_says_otherwise(
    value: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIFTSTREAM_SERVERS", value)
    assert asked_for() == meant


def test_a_wrong_setting_is_refused_with_the_right_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIFTSTREAM_SERVERS", "podman")
    with pytest.raises(StackError, match="auto, docker, processes, not 'podman'"):
        asked_for()
