"""Serves the sandbox on the loop that is running."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from photoplay.core.errors import BadInput
from photoplay.core.ports import ask_for, free_port
from photoplay.sandbox.app import create_sandbox, open_world
from photoplay.sandbox.world import World

_PORT: Final = "port"


def usual_port(folder: Path, host: str = "127.0.0.1") -> int:
    """The port of the last time in this folder, for orders that were given there are asked for there; else a free one."""
    kept = folder / _PORT
    with contextlib.suppress(OSError, ValueError, OverflowError):
        return ask_for(host, int(kept.read_text()))
    port = free_port(host)
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_text(str(port))
    return port


async def serve_sandbox(
    folder: Path,
    *,
    host: str = "127.0.0.1",
    port: int,
    pace: float = 1.0,
    ready: Callable[[World], None],
    stop: asyncio.Event,
) -> None:
    """Serves until `stop` is set. What it keeps lies in `folder`; `ready` is called with the world once it listens.

    Raises `BadInput` when the port is taken.
    """
    logging.getLogger("_granian").setLevel(logging.CRITICAL)  # connections that are cut on demand are no news
    _refuse_taken(host, port)
    world = open_world(folder, f"http://{host}:{port}", pace=pace)
    server = Server(
        create_sandbox(world),
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=True,
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    try:
        await _until_listening(host, port, serving)
        ready(world)
        await stop.wait()
    finally:
        server.stop()  # type: ignore[no-untyped-call]
        await serving


def _refuse_taken(host: str, port: int) -> None:
    """The server shares its port with any other that asks for it, so the port is tried alone first."""
    try:
        ask_for(host, port)
    except OSError as error:
        raise BadInput(
            f"The sandbox cannot listen on {host}:{port}: {error.strerror}. Choose another --port."
        ) from error


async def _until_listening(host: str, port: int, serving: "asyncio.Task[None]") -> None:
    while not serving.done():
        with contextlib.suppress(OSError):
            _reader, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        await asyncio.sleep(0.01)
