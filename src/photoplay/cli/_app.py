"""The program `photoplay` and its commands."""

import asyncio
import errno
import os
import sys
from collections.abc import Coroutine
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

import photoplay
from photoplay.core import garbage, log
from photoplay.core.errors import PhotoplayError

if TYPE_CHECKING:
    from photoplay.core.settings import Settings

app = typer.Typer(
    name="photoplay",
    help="A self-hosted studio for AI media: the price first, paid once, nothing lost.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
QUIET = "warning"
"""What commands log unless PHOTOPLAY_LOG_LEVEL says otherwise; `serve` tells more."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="The folder that holds everything. Default: PHOTOPLAY_DATA or photoplay-data."),
]


def settings_for(data: Path | None, **changes: object) -> "Settings":
    """The settings of this call: the environment, and what its options say instead. Logs as they say from now on."""
    from photoplay.core.settings import SettingsWrong, read_settings

    given = {name: value for name, value in {"data": data, **changes}.items() if value is not None}
    try:
        settings = read_settings(**given)
    except SettingsWrong as error:
        fail(error)
    log.set_up(settings.log_level if "log_level" in settings.model_fields_set else QUIET)
    return settings


def run(work: Coroutine[Any, Any, None]) -> None:
    """Runs one command; an error of ours becomes its sentence and exit code 1, Ctrl-C becomes 130."""
    try:
        asyncio.run(work)
    except PhotoplayError as error:
        fail(error)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def run_server(work: Coroutine[Any, Any, None]) -> NoReturn:
    """As `run`, for a command that serves and has `garbage.settle` called when all is loaded. The process ends as it is then.

    The server's own threads end a moment after it, and one that still wants the interpreter while that is taken apart
    would abort the process (granian 2, exit code -6).
    """
    run(work)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def fail(error: PhotoplayError) -> NoReturn:
    """Says what is wrong, where, and ends with exit code 1."""
    sys.stderr.write(f"{error.message}\n")
    for field, message in error.fields.items():
        sys.stderr.write(f"  {field}: {message}\n")
    raise typer.Exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(photoplay.__version__)
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Runs the program. Each command imports what it needs when it runs, so that help comes at once.

    Only what serves ever looks for garbage, once it is ready: the others end before it would be worth it.
    """
    garbage.hold_off()
    package = import_module("photoplay.cli")
    for module in iter_modules(package.__path__):
        if not module.name.startswith("_"):
            import_module(f"photoplay.cli.{module.name}")
    try:
        app(_spelled_out(sys.argv[1:]))
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        where = "What was to be printed" if error.filename is None else f'"{error.filename}"'
        _end_at_once(
            f"{where} could not be written: {error.strerror}. What the studio has taken or made is kept there."
        )


def _end_at_once(words: str) -> NoReturn:
    """Leaves without another try to write what waits to be printed."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
    os._exit(1)


def _spelled_out(words: list[str]) -> list[str]:
    """`--sandbox` may stand alone, which options here cannot: it then means the sandbox beside."""
    spelled = []
    for word, following in zip(words, [*words[1:], "-"], strict=False):
        spelled.append("--sandbox=beside" if word == "--sandbox" and following.startswith("-") else word)
    return spelled
