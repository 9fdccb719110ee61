"""`photoplay serve`: the studio."""

from pathlib import Path
from typing import Annotated

import typer

from photoplay.cli._app import DataOption, app, fail, run, settings_for
from photoplay.core import log
from photoplay.core.errors import PhotoplayError


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. Default: 8765.")] = None,
    data: DataOption = None,
) -> None:
    """Start the studio and print the link that signs the owner in."""
    from photoplay.web import serve as serve_studio

    settings = settings_for(data, host=host, port=port)
    log.set_up(settings.log_level)
    run(serve_studio(settings, ready=lambda link: _say(link, settings.data)))


@app.command()
def migrate(data: DataOption = None) -> None:
    """Bring the database up to date. `serve` does it by itself."""
    from photoplay.bootstrap import open_database

    try:
        open_database(settings_for(data)).close()
    except PhotoplayError as error:
        fail(error)
    typer.echo("The database is up to date.")


def _say(link: str, data: Path) -> None:
    typer.echo(f"\n  Photoplay is ready. Open this link to sign in (it works once, within a day):\n\n  {link}\n")
    typer.echo(
        f"  Everything is kept in {data.resolve()}. Ctrl-C stops; what is unfinished goes on at the next start.\n"
    )
