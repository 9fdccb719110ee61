"""A warm child process that does jobs one after another: the child's side, the loop of its program."""

import ctypes
import json
import os
import queue
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol

PR_SET_PDEATHSIG = 1
MEMORY_LOOK_SECONDS = 0.2
EXIT_GRACE_SECONDS = 0.5
STATM = Path("/proc/self/statm")


class Cancelled(BaseException):
    """The job was called off; raised by `progress`. A task cleans up with `finally` and lets it pass."""


class TaskFailed(Exception):
    """A task cannot do what it was asked: a stable `code` and a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Progress(Protocol):
    """Tells how far a job is, and stops it: raises `Cancelled` once the job was called off. Call it often."""

    def __call__(self, done: float, of: float, **details: Any) -> None:
        """`done` of `of` in any unit; `details` must be JSON and go to the parent in the same line."""
        ...


Task = Callable[[Mapping[str, Any], Progress], Mapping[str, Any]]
"""One kind of job: params in, result out, both JSON. It leaves no file behind when it raises."""


def serve(tasks: Mapping[str, Task]) -> None:
    """Reads jobs from stdin and answers on stdout until stdin ends. What anything prints goes to stderr instead."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _accept_terms(json.loads(os.environ.get("PHOTOPLAY_CHILD", "{}")))
    desk = _Desk(tasks, answers)
    threading.Thread(target=desk.read_orders, args=(sys.stdin.buffer,), daemon=True).start()
    desk.work()
    os._exit(0)  # without the interpreter's own end, in which graphics drivers have crashed


def _accept_terms(terms: Mapping[str, int]) -> None:
    """Dies with its parent, steps back for others, and watches its own memory."""
    parent = terms.get("parent")
    if parent is not None:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)
    os.nice(terms.get("nice", 0))
    memory_bytes = terms.get("memory_bytes")
    if memory_bytes is not None:
        # A single huge allocation fails at once; what grows slowly is seen by the watch.
        resource.setrlimit(resource.RLIMIT_DATA, (4 * memory_bytes, 4 * memory_bytes))
        threading.Thread(target=_watch_memory, args=(memory_bytes,), daemon=True).start()


def _watch_memory(memory_bytes: int) -> None:
    page = os.sysconf("SC_PAGE_SIZE")
    while True:
        resident = int(STATM.read_text().split()[1]) * page
        if resident > memory_bytes:
            os.write(2, f"used {resident} bytes of memory, {memory_bytes} are allowed\n".encode())
            os._exit(70)
        time.sleep(MEMORY_LOOK_SECONDS)


class _Desk:
    """Where orders come in by one thread and are worked off by another."""

    def __init__(self, tasks: Mapping[str, Task], answers: BinaryIO) -> None:
        self._tasks = tasks
        self._answers = answers
        self._orders: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
        self._called_off: set[int] = set()
        self._leaving = False

    def read_orders(self, stdin: BinaryIO) -> None:
        """Runs in its own thread, so that a cancel is seen while a job runs."""
        for raw in stdin:
            line = json.loads(raw)
            if "cancel" in line:
                self._called_off.add(line["cancel"])
            else:
                self._orders.put(line)
        self._leaving = True
        self._orders.put(None)
        time.sleep(EXIT_GRACE_SECONDS)
        os._exit(0)

    def work(self) -> None:
        """Does the jobs in the order they came."""
        while (order := self._orders.get()) is not None:
            job = int(order["job"])
            self._say({"job": job, **self._outcome(job, str(order["task"]), order["params"])})
            self._called_off.discard(job)

    def _outcome(self, job: int, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        def progress(done: float, of: float, **details: Any) -> None:
            if job in self._called_off or self._leaving:
                raise Cancelled
            self._say({"job": job, "done": done, "of": of, **details})

        try:
            if name not in self._tasks:
                raise TaskFailed("unknown_task", f'This program has no task "{name}".')
            return {"ok": dict(self._tasks[name](params, progress))}
        except Cancelled:
            return _error("cancelled", "It was stopped.")
        except TaskFailed as failure:
            return _error(failure.code, failure.message)
        except MemoryError:
            return _error("out_of_memory", "It needs more memory than it is allowed to use.")
        except Exception as bug:  # noqa: BLE001 - one bad job must not take the warm process down
            traceback.print_exc(file=sys.stderr)
            return _error("crashed", f"It went wrong inside: {type(bug).__name__}: {bug}")

    def _say(self, line: Mapping[str, Any]) -> None:
        self._answers.write(json.dumps(line).encode() + b"\n")
        self._answers.flush()


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}
