"""`photoplay serve`: the studio, on real vendors or on simulated ones."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photoplay.cli._app import DataOption, app, fail, run_server, settings_for
from photoplay.core import log
from photoplay.core.errors import PhotoplayError, Unavailable

if TYPE_CHECKING:
    from photoplay.core.settings import Settings

BESIDE = "beside"
"""What `--sandbox` without an address stands for."""


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. Default: 8765.")] = None,
    sandbox: Annotated[
        str | None,
        typer.Option(
            help="Simulated vendors, made-up money, data apart: alone it runs a sandbox beside, with an address it uses that one."
        ),
    ] = None,
    data: DataOption = None,
) -> None:
    """Start the studio and print the link that signs the owner in."""
    settings = settings_for(data, host=host, port=port)
    log.set_up(settings.log_level)
    run_server(_serve(settings, sandbox or settings.sandbox))


async def _serve(settings: "Settings", sandbox: str | None) -> None:
    from photoplay.web import serve as serve_studio

    if sandbox is None:
        await serve_studio(settings, ready=lambda link: _say(link, settings))
        return
    apart = settings.data / "sandbox"
    async with _sandbox(sandbox, apart) as address:
        made_up = settings_for(apart, host=settings.host, port=settings.port, sandbox=address)
        await serve_studio(made_up, ready=lambda link: _say(link, made_up))


@asynccontextmanager
async def _sandbox(wanted: str, folder: Path) -> AsyncIterator[str]:
    """The address of the sandbox that is wanted; `beside` runs one that ends with this program, however this one ends."""
    if wanted != BESIDE:
        yield wanted
        return
    command = (sys.executable, "-m", "photoplay", "sandbox", "--port", "0", "--until-stdin-ends", "--data", str(folder))
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    try:
        yield await _address_of(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _address_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async for line in process.stdout:
        said = line.decode().strip()
        if said.startswith("http://"):
            return said
    raise Unavailable("The sandbox did not start. Run `photoplay sandbox` to see why.")


@app.command()
def migrate(data: DataOption = None) -> None:
    """Bring the database up to date. `serve` does it by itself."""
    from photoplay.bootstrap import open_database

    try:
        open_database(settings_for(data)).close()
    except PhotoplayError as error:
        fail(error)
    typer.echo("The database is up to date.")


def _say(link: str, settings: "Settings") -> None:
    typer.echo(f"\n  Photoplay is ready. Open this link to sign in (it works once, within a day):\n\n  {link}\n")
    typer.echo(f"  {_where(settings)} Ctrl-C stops; what is unfinished goes on at the next start.\n")


def _where(settings: "Settings") -> str:
    if settings.database_url is None and settings.s3_bucket is None and settings.media_folder is None:
        return f"Everything is kept in {settings.data.resolve()}."
    media = f"in the bucket {settings.s3_bucket}" if settings.s3_bucket else f"in {settings.blobs.resolve()}"
    if settings.database_url is None:
        return f"Media are kept {media}, the database and the secrets in {settings.data.resolve()}."
    return f"The database is at DATABASE_URL, media are kept {media}, the secrets in {settings.data.resolve()}."
