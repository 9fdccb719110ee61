"""Serves a studio until it is told to stop: granian on our own loop, so that one process is all there is."""

import asyncio
import contextlib
import errno
import logging
import os
import signal
import sys
from collections.abc import Callable
from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from photoplay.bootstrap import Studio, hold_place, open_studio
from photoplay.core import garbage
from photoplay.core.errors import BadInput, Conflict, PhotoplayError
from photoplay.core.files import write_atomically
from photoplay.core.folder import FolderLock
from photoplay.core.log import Log
from photoplay.core.ports import ask_for, free_port
from photoplay.core.settings import Settings
from photoplay.web.app import create_app

_log = Log("web")
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_STREAMS_END_SECONDS: Final = 1.0
_REQUESTS_END_SECONDS: Final = 5.0
_BACKLOG: Final = 1024
_LOOPBACK_OF: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - names what listens everywhere, binds nothing


class PortInUse(Conflict):
    """Another program listens on this port."""

    code = "port_in_use"


class CannotListen(BadInput):
    """The address is not one of this machine, or this user may not listen on it."""

    code = "cannot_listen"


async def serve(settings: Settings, *, ready: Callable[[str], None], stop: asyncio.Event | None = None) -> None:
    """Opens the studio of a data folder and serves it until `stop` is set, or without one until SIGTERM or SIGINT.

    `ready` gets the link that signs the owner in. `DIR/address` says where the studio is while it runs. The second
    signal ends at once. Port 0 takes a free one.

    Raises `FolderInUse`, `FolderUnusable`, `PortInUse` and `CannotListen` before anything is begun, `FolderMoved` in the end.
    """
    own, lock = hold_place(settings)
    try:
        free = own.model_copy(update={"port": take_port(own)})
        await serve_studio(await open_studio(free), ready=ready, stop=stop, place=lock)
    finally:
        lock.release()


async def serve_studio(
    studio: Studio, *, ready: Callable[[str], None], stop: asyncio.Event | None = None, place: FolderLock | None = None
) -> None:
    """Starts a studio that is open, serves it as `serve` does, and stops it. The caller holds the data folder.

    Raises `FolderMoved` once it has stopped because its `place` is not where it was.
    """
    stopping = stop or asyncio.Event()
    if stop is None:
        _listen_to_signals(stopping, studio)
    server = _server(studio)
    address, told = address_of(studio.settings), studio.settings.address_path
    await studio.take_orders()
    serving = asyncio.create_task(server.serve())
    try:
        await _until_listening(studio.settings, serving)
        write_atomically(told, address.encode())
        ready(f"{address}{await studio.owner_link()}")
        await studio.begin_work()
        garbage.settle()
        await _until_ending(serving, stopping, place)
    except Exception as error:
        if place is not None and (moved := place.moved()) is not None:
            raise moved from error
        raise
    finally:
        told.unlink(missing_ok=True)
        await _stop(studio, server, serving)


async def _until_ending(serving: asyncio.Task[None], stopping: asyncio.Event, place: FolderLock | None) -> None:
    ending = asyncio.create_task(stopping.wait())
    moved = None if place is None else asyncio.create_task(place.until_moved())
    await asyncio.wait({serving, ending, *([moved] if moved else [])}, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if moved is not None:
        if moved.done():
            raise moved.result()
        moved.cancel()


def address_of(settings: Settings) -> str:
    """Where this machine reaches the studio. One that listens everywhere is also on loopback."""
    host = _LOOPBACK_OF.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


async def _stop(studio: Studio, server: Server, serving: asyncio.Task[None]) -> None:
    """Streams end first: a server that stops loses the farewell of those that are still open."""
    studio.stop_admitting()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(studio.runtime.hub.until_deserted(), _STREAMS_END_SECONDS)
    server.interrupt_signal = True
    server.main_loop_interrupt.set()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(serving), _REQUESTS_END_SECONDS)
    await studio.stop()
    serving.cancel()
    _log.info("server.stopped")


def _listen_to_signals(stopping: asyncio.Event, studio: Studio) -> None:
    loop = asyncio.get_running_loop()

    def _on_signal() -> None:
        if stopping.is_set():
            open_orders = studio.runtime.open_submits.ids()
            if open_orders:
                sys.stderr.write(f"Left at once. Orders on their way, now uncertain: {', '.join(open_orders)}\n")
                sys.stderr.flush()
            studio.settings.address_path.unlink(missing_ok=True)
            os._exit(
                1
            )  # waits for nothing, not even for calls that cannot be cancelled; children end with their parent
        studio.stop_admitting()
        stopping.set()

    for one in _SIGNALS:
        loop.add_signal_handler(one, _on_signal)


def _server(studio: Studio) -> Server:
    logging.getLogger("_granian").setLevel(logging.WARNING)
    return Server(
        create_app(studio),
        address=studio.settings.host,
        port=studio.settings.port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=True,
        backlog=_BACKLOG,
        log_enabled=False,
    )


def take_port(settings: Settings) -> int:
    """The port to listen on, a free one where the settings say 0. Raises `PortInUse`, `CannotListen`.

    The server shares its port with any other that asks for it, so the port is tried alone first.
    """
    try:
        return ask_for(settings.host, settings.port) if settings.port else free_port(settings.host)
    except OSError as error:
        raise _trouble(settings, error) from error


def _trouble(settings: Settings, error: OSError) -> PhotoplayError:
    if error.errno == errno.EADDRINUSE:
        return PortInUse(
            f"Port {settings.port} on {settings.host} is taken. Stop the other program, or choose another port with --port."
        )
    return CannotListen(
        f"{settings.host} cannot be listened on: {error.strerror}. Choose another with --host and --port."
    )


async def _until_listening(settings: Settings, serving: asyncio.Task[None]) -> None:
    while not serving.done():
        with contextlib.suppress(OSError):
            _reader, writer = await asyncio.open_connection(settings.host, settings.port)
            writer.close()
            return
        await asyncio.sleep(0.01)
