"""Each store has a task of its own, and none has to wait for another's."""

import asyncio
from collections.abc import Callable

from giftstream.store_tasks import StoreTasks
from structlog.testing import capture_logs


class Work:
    """What the tasks do: begins, and waits until the test lets that store go on."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.done: list[str] = []
        self.cancelled: list[str] = []
        self.let_go: dict[str, asyncio.Future[None]] = {}

    async def __call__(self, store_id: str) -> None:
        self.begun.append(store_id)
        self.let_go[store_id] = asyncio.get_running_loop().create_future()
        try:
            await self.let_go[store_id]
        except asyncio.CancelledError:
            self.cancelled.append(store_id)
            raise
        self.done.append(store_id)


async def until(true: Callable[[], bool]) -> None:
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0)
    raise AssertionError("never became true")


async def test_a_store_has_one_task_at_a_time_and_another_when_that_ended() -> None:
    tasks, work = StoreTasks("try"), Work()
    tasks.begin(["a", "a"], work)
    tasks.begin(["a"], work)
    assert tasks.free(["a", "b"]) == ["b"]
    await until(lambda: work.begun == ["a"])
    work.let_go["a"].set_result(None)
    await until(lambda: tasks.free(["a"]) == ["a"])
    tasks.begin(["a"], work)
    await until(lambda: work.begun == ["a", "a"])
    await tasks.stop()


async def test_a_store_that_never_answers_delays_no_other() -> None:
    tasks, work = StoreTasks("try"), Work()
    tasks.begin(["dead", "b"], work)
    await until(lambda: len(work.begun) == 2)
    for _ in range(3):
        work.let_go.pop("b").set_result(None)
        await until(lambda: tasks.free(["dead", "b"]) == ["b"])
        tasks.begin(["dead", "b"], work)
        await until(lambda: "b" in work.let_go)
    assert work.begun.count("dead") == 1
    assert work.done == ["b"] * 3
    await tasks.stop()


async def test_no_more_than_so_many_run_and_who_was_left_out_goes_first() -> None:
    tasks, work = StoreTasks("try", at_once=2), Work()
    names = ["a", "b", "c", "d"]
    tasks.begin(names, work)
    await until(lambda: work.begun == ["a", "b"])
    tasks.begin(names, work)
    for name in ("a", "b"):
        work.let_go[name].set_result(None)
    await until(lambda: tasks.free(names) == names)
    assert work.begun == ["a", "b"]
    # All are due again, a and b before the others: it is not their turn.
    tasks.begin(names, work)
    await until(lambda: work.begun == ["a", "b", "c", "d"])
    await tasks.stop()


async def test_a_store_left_out_that_is_due_no_more_is_not_begun() -> None:
    tasks, work = StoreTasks("try", at_once=1), Work()
    tasks.begin(["a", "b"], work)
    await until(lambda: work.begun == ["a"])
    work.let_go["a"].set_result(None)
    await until(lambda: tasks.free(["a"]) == ["a"])
    tasks.begin(["a"], work)
    await until(lambda: work.begun == ["a", "a"])
    await tasks.stop()


async def test_the_error_of_one_ends_no_other_and_is_logged_and_told() -> None:
    told: list[str] = []
    tasks, work = StoreTasks("try", failed=told.append), Work()
    with capture_logs() as logged:
        tasks.begin(["bad", "good"], work)
        await until(lambda: len(work.begun) == 2)
        work.let_go["bad"].set_exception(KeyError("surprise"))
        await until(lambda: tasks.free(["bad"]) == ["bad"])
    assert told == ["bad"]
    assert [(one["event"], one["store_id"]) for one in logged] == [("try.failed", "bad")]
    assert isinstance(logged[0]["exc_info"], KeyError)
    tasks.begin(["bad"], work)
    await until(lambda: work.begun.count("bad") == 2)
    work.let_go["good"].set_result(None)
    await until(lambda: work.done == ["good"])
    await tasks.stop()


async def test_stopping_cancels_what_runs_and_awaits_it_and_nothing_begins_after() -> None:
    told: list[str] = []
    tasks, work = StoreTasks("try", failed=told.append), Work()
    with capture_logs() as logged:
        tasks.begin(["a", "b"], work)
        await until(lambda: len(work.begun) == 2)
        await tasks.stop()
        assert sorted(work.cancelled) == ["a", "b"]
        tasks.begin(["c"], work)
        await until(lambda: tasks.free(["a", "b", "c"]) == ["a", "b", "c"])
    assert work.begun == ["a", "b"]
    assert (told, logged) == ([], [])


async def test_stopping_waits_no_longer_than_its_deadline() -> None:
    tasks, release = StoreTasks("try", stop_deadline_s=0.01), asyncio.Event()

    async def stubborn(_: str) -> None:
        try:
            await release.wait()
        except asyncio.CancelledError:
            await release.wait()

    tasks.begin(["a"], stubborn)
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await tasks.stop()
    release.set()
    await until(lambda: tasks.free(["a"]) == ["a"])
