"""`photoplay work`: one more worker for a studio on Postgres, without pages."""

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

import typer

from photoplay.cli._app import DataOption, app, fail, run, settings_for
from photoplay.core import garbage, log
from photoplay.core.errors import Conflict

if TYPE_CHECKING:
    from photoplay.bootstrap import Studio
    from photoplay.core.settings import Settings


class NeedsPostgres(Conflict):
    """Several workers need a database that several machines reach."""

    code = "needs_postgres"


@app.command()
def work(data: DataOption = None) -> None:
    """Work for a studio on Postgres (DATABASE_URL), beside its other processes, on this machine or another."""
    settings = settings_for(data)
    log.set_up(settings.log_level)
    if settings.database_url is None:
        fail(_needs_postgres(settings))
    run(_work(settings))


def _needs_postgres(settings: "Settings") -> NeedsPostgres:
    from photoplay.core.folder import holder_of

    holder = holder_of(settings.data)
    served = f'The folder "{settings.data}" is served by process {holder}' if holder else "This studio is one process"
    return NeedsPostgres(f"{served}; several workers need DATABASE_URL, a Postgres that all of them reach.")


async def _work(settings: "Settings") -> None:
    from photoplay.bootstrap import hold_place, open_studio

    own, lock = hold_place(settings)
    try:
        studio = await open_studio(own.model_copy(update={"works": True}), kind="work")
        stopping = asyncio.Event()
        _listen_to_signals(studio, stopping)
        studio.presence.on_sent_away = stopping.set
        await studio.start()
        garbage.settle()
        typer.echo(f"Working as process {os.getpid()}. Ctrl-C stops; others go on with what is unfinished.")
        moved, stopped = asyncio.create_task(lock.until_moved()), asyncio.create_task(stopping.wait())
        await asyncio.wait({moved, stopped}, return_when=asyncio.FIRST_COMPLETED)
        await studio.stop()
        if moved.done():
            raise moved.result()
        moved.cancel()
    finally:
        lock.release()


def _listen_to_signals(studio: "Studio", stopping: asyncio.Event) -> None:
    def _on_signal() -> None:
        if stopping.is_set():
            sent = studio.runtime.open_submits.ids()
            if sent:
                sys.stderr.write(f"Left at once. Orders on their way, now uncertain: {', '.join(sent)}\n")
                sys.stderr.flush()
            os._exit(1)
        studio.stop_admitting()
        stopping.set()

    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, _on_signal)
