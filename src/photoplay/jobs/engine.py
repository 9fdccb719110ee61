"""Runs workflows, each once at a time: DBOS Transact on a SQLite file of its own.

A workflow of ours has no engine steps: it takes ids, reads our rows and goes on where they say it was. After a crash our
rows also say what must go on, and whoever sweeps them starts it: the engine recovers nothing by itself, and its file may
be deleted at any time.

The engine is loaded when it is launched, in a thread: that takes an eighth of a second, in which a studio already answers.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from photoplay.core.files import in_thread
from photoplay.core.ids import new_id
from photoplay.core.log import Log

if TYPE_CHECKING:
    from dbos import DBOSConfig

Workflow = Callable[[str], Awaitable[None]]
_VERSION: Final = "photoplay-1"
_ATTEMPTS: Final = 1000
_LISTENS_SECONDS: Final = 0.1
"""How often the engine looks for messages to workflows. None is ever sent: but a stop waits for the look under way."""
_log = Log("engine")


class Engine:
    """One engine per process. `add` workflows, then `launch` inside the web loop; `close` breaks off what has not ended."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: sa.Engine | None = None
        self._added: dict[str, Callable[..., Awaitable[None]]] = {}
        self._started: dict[str, Callable[..., Any]] = {}
        self._running: dict[str, asyncio.Task[Any]] = {}

    def add(self, name: str, workflow: Workflow) -> None:
        """Registers a workflow under a name that stays the same over releases, such as `generate.v1`. Before `launch`."""

        async def run(*subjects: str) -> None:
            if len(subjects) == 1:
                await self._run(name, workflow, subjects[0])
                return
            runs = (self._run(name, workflow, subject) for subject in subjects)
            broken = [one for one in await asyncio.gather(*runs, return_exceptions=True) if one is not None]
            if broken:
                raise broken[0]

        run.__qualname__ = run.__name__ = name
        self._added[name] = run

    async def _run(self, name: str, workflow: Workflow, subject: str) -> None:
        key, task = f"{name}:{subject}", asyncio.current_task()
        if task is None or key in self._running:
            return  # once at a time
        self._running[key] = task
        try:
            await workflow(subject)
        finally:
            del self._running[key]

    async def launch(self) -> None:
        """Loads the engine and starts it on the running loop."""
        await in_thread(import_module, "dbos")
        from dbos import DBOS

        logging.getLogger("dbos").setLevel(logging.ERROR)
        self._database = _engine_for(self._path)
        DBOS(config=_config(self._database))
        for name, run in self._added.items():
            self._started[name] = DBOS.workflow(name=name, max_recovery_attempts=_ATTEMPTS)(run)
        DBOS.launch()

    async def forget_left(self) -> None:
        """Deletes what an earlier process has begun and not ended, so that it can be started anew. Right after `launch`."""
        from dbos import DBOS

        while left := await DBOS.list_workflows_async(
            status=["PENDING", "ENQUEUED"], load_input=False, load_output=False, limit=500
        ):
            await DBOS.delete_workflows_async([workflow.workflow_id for workflow in left])

    async def start(self, name: str, workflow_id: str, *subjects: str) -> None:
        """Starts a workflow with the id of what it is about. Starting the same `workflow_id` twice starts it once.

        Several subjects are worked on side by side, and the engine writes down for all what it writes down for one.
        """
        from dbos import DBOS, SetWorkflowID

        with SetWorkflowID(workflow_id):
            await DBOS.start_workflow_async(self._started[name], *subjects)

    def is_running(self, name: str, subject: str) -> bool:
        """Whether this process is at work on it right now."""
        return f"{name}:{subject}" in self._running

    async def forget(self, workflow_id: str) -> None:
        """Deletes what the engine remembers of a workflow, so that its id can be started once more."""
        from dbos import DBOS

        await DBOS.delete_workflows_async([workflow_id])

    async def forget_before(self, cutoff_iso: str) -> int:
        """Deletes what the engine remembers of workflows that ended before this ISO time. Returns how many."""
        from dbos import DBOS

        done = await DBOS.list_workflows_async(
            completed_before=cutoff_iso, load_input=False, load_output=False, limit=500
        )
        if done:
            await DBOS.delete_workflows_async([workflow.workflow_id for workflow in done])
        return len(done)

    async def break_off(self) -> None:
        """Cancels what is at work here; it may be started anew, by whoever has it then."""
        left = tuple(self._running.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def close(self) -> None:
        """Stops at once. Workflows at work are cancelled; our rows say where they go on after the next start."""
        await self.break_off()
        if self._database is None:
            return
        from dbos import DBOS

        loop = asyncio.get_running_loop()
        pool = ThreadPoolExecutor(2, thread_name_prefix="after-engine")
        await loop.run_in_executor(pool, lambda: DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=0))
        loop.set_default_executor(pool)  # the engine had put its own in its place, which has ended now
        self._database.dispose()


def _config(database: sa.Engine) -> "DBOSConfig":
    from dbos import DBOSPortableJSONSerializer

    return {
        "name": "photoplay",
        "system_database_engine": database,
        "application_version": _VERSION,
        "executor_id": new_id("exe"),  # a new one each time, or it would recover beside the sweep
        "serializer": DBOSPortableJSONSerializer(),
        "max_executor_threads": 4,
        "enable_otlp": False,
        "log_level": "ERROR",
        "notification_listener_polling_interval_sec": _LISTENS_SECONDS,
    }


def _put_aside_if_damaged(path: Path) -> None:
    """Our rows are the truth: what the engine remembers is made anew where its file cannot be read."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        _log.warning("engine.damaged", file=path.name, reason=str(error))
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()


def _engine_for(path: Path) -> sa.Engine:
    _put_aside_if_damaged(path)
    engine = sa.create_engine(
        f"sqlite:///{path}", pool_size=6, max_overflow=0, connect_args={"check_same_thread": False}
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine
