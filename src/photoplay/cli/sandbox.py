"""`photoplay sandbox`: the vendors' simulators, so that each can be tried without a key."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photoplay.cli._app import DataOption, app, fail, run_server, settings_for
from photoplay.core import garbage
from photoplay.core.errors import BadInput

if TYPE_CHECKING:
    from photoplay.sandbox import Fault, World

PORT = 8799


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one, the same each time.")] = PORT,
    faults: Annotated[Path | None, typer.Option(help="A JSON file with a list of faults to begin with.")] = None,
    pace: Annotated[
        float, typer.Option(min=0.001, max=10, help="Multiplies every latency: 0.1 is ten times as fast.")
    ] = 1.0,
    until_stdin_ends: Annotated[bool, typer.Option(hidden=True)] = False,
    data: DataOption = None,
) -> None:
    """Simulate every vendor on this machine: real media, made-up money, faults on demand."""
    folder = settings_for(data).data / "sandbox"
    run_server(_serve(folder, port, pace, _read(faults), until_stdin_ends=until_stdin_ends))


async def _serve(folder: Path, port: int, pace: float, faults: "list[Fault]", *, until_stdin_ends: bool) -> None:
    from photoplay.sandbox import serve_sandbox, usual_port

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    if until_stdin_ends:
        loop.add_reader(sys.stdin.fileno(), lambda: stop.set() if not os.read(sys.stdin.fileno(), 4096) else None)

    def _ready(world: "World") -> None:
        garbage.settle()
        world.faults.set(faults)
        sys.stdout.write(_welcome(world.url))
        sys.stdout.flush()

    await serve_sandbox(folder, port=port or usual_port(folder), pace=pace, ready=_ready, stop=stop)


def _welcome(url: str) -> str:
    from photoplay.sandbox import vendor_names

    return (
        f"\n  The sandbox simulates {', '.join(vendor_names())} at\n\n  {url}\n\n"
        f"  Point a studio at it with `photoplay serve --sandbox {url}`.\n"
        f"  {url}/_sandbox/bill shows what was charged. Ctrl-C stops.\n\n"
    )


def _read(path: Path | None) -> "list[Fault]":
    from pydantic import TypeAdapter, ValidationError

    from photoplay.sandbox import Fault

    if path is None:
        return []
    try:
        return TypeAdapter(list[Fault]).validate_json(path.read_bytes())
    except OSError as error:
        fail(BadInput(f"{path} cannot be read: {error.strerror}."))
    except ValidationError as error:
        where = {".".join(str(part) for part in one["loc"]): one["msg"] for one in error.errors()}
        fail(BadInput(f"{path} is no list of faults.", fields=where))
