"""A warm child process that does jobs one after another: the parent's side. The child's side is `child_main.py`."""

import asyncio
import contextlib
import json
import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Line = Mapping[str, Any]
"""One line of the child: JSON, shaped by the task."""

CANCEL_GRACE_SECONDS = 0.5
LINE_LIMIT_BYTES = 16 * 2**20
KEPT_VARIABLES = (
    "PATH",
    "HOME",
    "TMPDIR",
    "LANG",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "IMAGEIO_FFMPEG_EXE",
    "LP_NUM_THREADS",
)

_log = logging.getLogger("photoplay.child")


class ChildDied(Exception):
    """The child ended in the middle of a job (killed, crashed, or over its memory). The next job gets a fresh one."""


class ChildFailed(Exception):
    """The child refused or failed one job and goes on living. `code` is stable, `message` a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Child:
    """One child process, started at the first job, kept warm, and restarted when it has died.

    `argv` is the whole command; the program calls `child_main.serve`. It gets a clean environment, its own process
    group, `nice`, and ends itself above `memory_bytes` of resident memory, at the end of stdin, and with its parent.
    """

    def __init__(self, argv: Sequence[str], *, memory_bytes: int, nice: int = 10) -> None:
        self._argv = tuple(argv)
        self._memory_bytes = memory_bytes
        self._nice = nice
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._errors: asyncio.Task[None] | None = None
        self._last_words: deque[str] = deque(maxlen=20)
        self._jobs = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process id while it lives."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    @property
    def is_closed(self) -> bool:
        """Whether it was closed for good."""
        return self._closed

    async def run(self, task: str, params: Mapping[str, Any], on_line: Callable[[Line], None] | None = None) -> Line:
        """Does one job and gives the child's result; other jobs wait their turn in the order they came.

        `on_line` gets each progress line, `{"done": 12, "of": 192, ...}`, on the event loop. Cancelling the awaiting
        task stops the job within half a second; a child that does not answer by then is killed.
        Raises `ChildFailed` (this job went wrong) or `ChildDied` (the process is gone; trying again is sensible).
        """
        async with self._turn:
            if self._closed:
                raise ChildDied("the child process has been closed")
            process = await self._started()
            self._jobs += 1
            job = self._jobs
            try:
                await _send(process, {"job": job, "task": task, "params": dict(params)})
                return await self._answer(process, job, on_line)
            except (ChildFailed, ChildDied):
                raise
            except BaseException:
                await self._stop_job(process, job)
                raise

    async def close(self) -> None:
        """Ends the process, also in the middle of a job (which then fails with `ChildDied`)."""
        self._closed = True
        process = self._process
        if process is None:
            return
        if not self._turn.locked() and process.stdin is not None:
            process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), CANCEL_GRACE_SECONDS)
        await self._kill(process)

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        if self._process is not None:
            await self._kill(self._process)
        pipe = asyncio.subprocess.PIPE
        self._process = process = await asyncio.create_subprocess_exec(
            *self._argv,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env=self._environment(),
            start_new_session=True,
            limit=LINE_LIMIT_BYTES,
        )
        self._last_words.clear()
        self._errors = asyncio.create_task(self._listen_to_errors(process))
        return process

    def _environment(self) -> dict[str, str]:
        """Nothing of ours goes along (keys stand in the environment), but what a program needs to find its files."""
        terms = {"parent": os.getpid(), "memory_bytes": self._memory_bytes, "nice": self._nice}
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        own = {"EGL_PLATFORM": "surfaceless", "PYTHONSAFEPATH": "1", "PHOTOPLAY_CHILD": json.dumps(terms)}
        return {**kept, **own}

    async def _listen_to_errors(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        while line := await process.stderr.readline():
            words = line.decode(errors="replace").rstrip()
            self._last_words.append(words)
            _log.info("child.said", extra={"pid": process.pid, "words": words})

    async def _answer(
        self, process: asyncio.subprocess.Process, job: int, on_line: Callable[[Line], None] | None
    ) -> Line:
        """Reads until the job's last line. Lines of an earlier job, cancelled late, are passed over."""
        assert process.stdout is not None
        while raw := await process.stdout.readline():
            line: Line = json.loads(raw)
            if line.get("job") != job:
                continue
            if "ok" in line:
                result: Line = line["ok"]
                return result
            if "error" in line:
                raise ChildFailed(str(line["error"]["code"]), str(line["error"]["message"]))
            if on_line is not None:
                on_line(line)
        await self._kill(process)
        words = self._last_words[-1] if self._last_words else "it said nothing"
        raise ChildDied(f"the child process ended with {process.returncode}: {words}")

    async def _stop_job(self, process: asyncio.subprocess.Process, job: int) -> None:
        """Asks the child to drop the job; kills it when no answer comes in time, or when we are cancelled again."""
        answered = False
        try:
            await _send(process, {"cancel": job})
            async with asyncio.timeout(CANCEL_GRACE_SECONDS):
                await self._answer(process, job, None)
            answered = True
        except (ChildFailed, ChildDied):
            answered = True
        except TimeoutError:
            answered = False
        finally:
            if not answered:
                await self._kill(process)

    async def _kill(self, process: asyncio.subprocess.Process) -> None:
        """Kills the whole group, so that what the child started (ffmpeg) ends with it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        if self._errors is not None:
            await asyncio.wait({self._errors})
        if self._process is process:
            self._process = None


async def _send(process: asyncio.subprocess.Process, line: Line) -> None:
    assert process.stdin is not None
    with contextlib.suppress(ConnectionError):  # a dead child is noticed where its answer is read
        process.stdin.write(json.dumps(line).encode() + b"\n")
        await process.stdin.drain()
