"""The engine: a workflow runs once at a time, and is broken off by a stop, to be started anew."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from photoplay.jobs import Engine


class Work:
    """A workflow that counts how often it runs side by side, and goes on when its gate opens."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.loops: set[int] = set()
        self.gate = asyncio.Event()
        self.news = asyncio.Event()

    async def run(self, subject: str) -> None:
        """One run."""
        self.begun.append(subject)
        self.loops.add(id(asyncio.get_running_loop()))
        self.news.set()
        await self.gate.wait()
        self.ended.append(subject)
        self.news.set()

    async def until(self, begun: int, ended: int) -> None:
        """Waits for so many runs."""
        async with asyncio.timeout(30):
            while (len(self.begun), len(self.ended)) != (begun, ended):
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def engine(folder: Path, work: Work) -> AsyncIterator[Engine]:
    made = Engine(folder / "engine.sqlite3")
    made.add("work.v1", work.run)
    await made.launch()
    try:
        yield made
    finally:
        await made.close()


async def test_a_workflow_runs_on_the_loop_that_launched_it(tmp_path: Path) -> None:
    work = Work()
    work.gate.set()
    async with engine(tmp_path, work) as running:
        await running.start("work.v1", "a-1", "a")
        await work.until(1, 1)
    assert work.loops == {id(asyncio.get_running_loop())}


async def test_starting_twice_starts_once(tmp_path: Path) -> None:
    work = Work()
    async with engine(tmp_path, work) as running:
        await asyncio.gather(*(running.start("work.v1", "a-1", "a") for _number in range(5)))
        await work.until(1, 0)
        work.gate.set()
        await work.until(1, 1)
        await running.start("work.v1", "a-1", "a")
    assert work.begun == ["a"]


async def test_what_is_forgotten_and_started_anew_does_not_run_beside_itself(tmp_path: Path) -> None:
    work = Work()
    async with engine(tmp_path, work) as running:
        await running.start("work.v1", "a-1", "a")
        await work.until(1, 0)
        await running.forget("a-1")
        await running.start("work.v1", "a-1", "a")
        await running.start("work.v1", "b-1", "b")
        await work.until(2, 0)
        assert work.begun == ["a", "b"]
        work.gate.set()
        await work.until(2, 2)


async def test_what_is_started_together_runs_side_by_side_and_each_once(tmp_path: Path) -> None:
    work = Work()
    async with engine(tmp_path, work) as running:
        await running.start("work.v1", "b-1", "b")
        await work.until(1, 0)
        await running.start("work.v1", "all", "a", "b", "c")
        await work.until(3, 0)
        assert work.begun == ["b", "a", "c"]
        assert all(running.is_running("work.v1", subject) for subject in "abc")
        work.gate.set()
        await work.until(3, 3)


async def test_one_of_many_that_breaks_breaks_no_other(tmp_path: Path) -> None:
    ended = asyncio.Event()

    async def _work(subject: str) -> None:
        if subject == "bad":
            raise ValueError(subject)
        await asyncio.sleep(0)
        ended.set()

    running = Engine(tmp_path / "engine.sqlite3")
    running.add("work.v1", _work)
    await running.launch()
    await running.start("work.v1", "all", "bad", "good")
    async with asyncio.timeout(30):
        await ended.wait()
    await running.close()


async def test_a_forgotten_workflow_can_be_started_again(tmp_path: Path) -> None:
    work = Work()
    work.gate.set()
    async with engine(tmp_path, work) as running:
        await running.start("work.v1", "a-1", "a")
        await work.until(1, 1)
        await running.forget("a-1")
        await running.start("work.v1", "a-1", "a")
        await work.until(2, 2)
        assert not running.is_running("work.v1", "a")


async def test_a_stop_breaks_off_what_waits_and_it_can_be_started_anew(tmp_path: Path) -> None:
    work = Work()
    async with engine(tmp_path, work) as running:
        await running.start("work.v1", "a-1", "a")
        await work.until(1, 0)
    assert not running.is_running("work.v1", "a")
    work.gate.set()
    async with engine(tmp_path, work) as running:
        await running.forget_left()
        await running.start("work.v1", "b-1", "b")
        await work.until(2, 1)
        assert work.begun == ["a", "b"], "the engine recovers nothing by itself"
        await running.start("work.v1", "a-1", "a")
        await work.until(3, 2)


async def test_the_file_of_the_engine_may_be_deleted(tmp_path: Path) -> None:
    work = Work()
    async with engine(tmp_path, work) as running:
        await running.start("work.v1", "a-1", "a")
        await work.until(1, 0)
    for path in tmp_path.glob("engine.sqlite3*"):
        path.unlink()
    async with engine(tmp_path, work) as running:
        work.gate.set()
        await running.start("work.v1", "a-1", "a")
        await work.until(2, 1)


async def test_a_damaged_file_of_the_engine_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "engine.sqlite3").write_bytes(b"damaged!" * 1000)
    work = Work()
    work.gate.set()
    async with engine(tmp_path, work) as running:
        await running.start("work.v1", "a-1", "a")
        await work.until(1, 1)
    assert work.ended == ["a"]
