"""`photoplay check`: whether what is kept agrees with itself."""

from typing import TYPE_CHECKING

import typer

from photoplay.cli._app import DataOption, app, run, settings_for

if TYPE_CHECKING:
    from photoplay.core.settings import Settings


@app.command()
def check(data: DataOption = None) -> None:
    """Look whether every account has what its ledger adds up to. Changes nothing; the studio may run meanwhile."""
    run(_check(settings_for(data)))


async def _check(settings: "Settings") -> None:
    from photoplay import credits
    from photoplay.bootstrap import open_database

    db = open_database(settings)
    try:
        wrong = await db.read(credits.audit)
    finally:
        db.close()
    for sentence in wrong:
        typer.echo(sentence)
    if wrong:
        raise typer.Exit(1)
    typer.echo("Every account has what its ledger adds up to.")
