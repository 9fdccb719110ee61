"""The warm child process: jobs, cancels, deaths."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from photoplay.core.child import Child, ChildDied, ChildFailed, Line

PROGRAM = (sys.executable, str(Path(__file__).with_name("child_program.py")))


@asynccontextmanager
async def child(memory_bytes: int = 2**30) -> AsyncIterator[Child]:
    made = Child(PROGRAM, memory_bytes=memory_bytes, nice=1)
    try:
        yield made
    finally:
        await made.close()


async def begun(runner: Child, task: str, **params: object) -> asyncio.Task[Line]:
    """A job that has told its first step."""
    first = asyncio.Event()
    job = asyncio.create_task(runner.run(task, params, lambda line: first.set()))
    await asyncio.wait_for(first.wait(), 20)
    return job


async def test_a_job_tells_its_steps_and_gives_its_result() -> None:
    lines: list[Line] = []
    async with child() as runner:
        assert runner.pid is None
        result = await runner.run("double", {"value": 21}, lines.append)
    assert result["value"] == 42
    assert [(line["done"], line["of"], line["word"]) for line in lines] == [(step, 3, "doubling") for step in (1, 2, 3)]


async def test_jobs_share_one_warm_process_in_turn() -> None:
    async with child() as runner:
        results = await asyncio.gather(*(runner.run("double", {"value": value}) for value in range(5)))
    assert [result["value"] for result in results] == [0, 2, 4, 6, 8]
    assert len({result["pid"] for result in results}) == 1


async def test_a_refusal_is_told_in_words_and_the_child_lives_on() -> None:
    async with child() as runner:
        with pytest.raises(ChildFailed, match="too odd") as refused:
            await runner.run("refuse", {})
        pid = runner.pid
        with pytest.raises(ChildFailed, match="nothing to divide by") as crashed:
            await runner.run("stumble", {})
        with pytest.raises(ChildFailed) as unknown:
            await runner.run("juggle", {})
        assert runner.pid == pid
    assert (refused.value.code, crashed.value.code, unknown.value.code) == ("too_odd", "crashed", "unknown_task")


async def test_cancelled_job_tidies_up_and_the_process_stays(tmp_path: Path) -> None:
    path = tmp_path / "half"
    async with child() as runner:
        job = await begun(runner, "linger", path=str(path))
        pid = runner.pid
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert not path.exists()
        assert (await runner.run("double", {"value": 1}))["pid"] == pid


async def test_a_job_cancelled_in_the_queue_is_never_begun() -> None:
    async with child() as runner:
        running = await begun(runner, "sleep_deaf")
        waiting = asyncio.create_task(runner.run("double", {"value": 1}))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_a_child_that_does_not_answer_a_cancel_is_killed() -> None:
    async with child() as runner:
        job = await begun(runner, "sleep_deaf")
        pid = runner.pid
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert runner.pid is None
        assert (await runner.run("double", {"value": 4}))["pid"] != pid


async def test_a_killed_child_fails_only_its_job() -> None:
    async with child() as runner:
        job = await begun(runner, "sleep_deaf")
        after = asyncio.create_task(runner.run("double", {"value": 5}))
        assert runner.pid is not None
        os.kill(runner.pid, signal.SIGKILL)
        with pytest.raises(ChildDied, match="-9"):
            await job
        assert (await after)["value"] == 10


async def test_a_child_above_its_memory_ends_itself_and_says_so() -> None:
    async with child(memory_bytes=96 * 2**20) as runner:
        with pytest.raises((ChildDied, ChildFailed), match="memory"):
            await runner.run("swell", {})
        assert (await runner.run("double", {"value": 2}))["value"] == 4


async def test_keys_in_our_environment_do_not_reach_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_PROVIDER_API_KEY", "secret")
    async with child() as runner:
        names = (await runner.run("environment", {}))["names"]
    assert "SOME_PROVIDER_API_KEY" not in names
    assert "EGL_PLATFORM" in names


async def test_closing_ends_the_process_also_in_the_middle_of_a_job() -> None:
    async with child() as runner:
        job = await begun(runner, "sleep_deaf")
        await runner.close()
        with pytest.raises(ChildDied):
            await job
        with pytest.raises(ChildDied):
            await runner.run("double", {"value": 1})


async def test_a_child_ends_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\n"
        "from photoplay.core.child import Child\n"
        "async def main():\n"
        "    runner = Child(sys.argv[1:], memory_bytes=2**30)\n"
        "    asyncio.create_task(runner.run('sleep_deaf', {}, lambda line: print(runner.pid, flush=True)))\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, *PROGRAM, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await asyncio.wait_for(parent.stdout.readline(), 20))
    watched = os.pidfd_open(pid)
    gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(watched, gone.set)
    parent.kill()
    await parent.wait()
    await asyncio.wait_for(gone.wait(), 20)
    asyncio.get_running_loop().remove_reader(watched)
    os.close(watched)
