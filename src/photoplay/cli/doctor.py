"""`photoplay doctor`: what is missing on this machine and how to get it."""

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from photoplay.cli._app import DataOption, app, run, settings_for

if TYPE_CHECKING:
    from photoplay.core.settings import Settings


_MOST_NAMED = 50


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    is_well: bool
    says: str


@app.command()
def doctor(data: DataOption = None) -> None:
    """Look for what is missing, and say how to get it."""
    run(_doctor(settings_for(data)))


async def _doctor(settings: "Settings") -> None:
    findings = [
        _python(),
        _folder(settings),
        _disk(settings),
        *await _kept(settings),
        *await _makers(),
        *_extras(settings),
        *_outside(settings),
    ]
    for finding in findings:
        typer.echo(f"{'ok     ' if finding.is_well else 'missing'}  {finding.name}: {finding.says}")
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


def _python() -> Finding:
    return Finding("Python", sys.version_info >= (3, 11), sys.version.split()[0])


def _folder(settings: "Settings") -> Finding:
    """Whether the data folder, or the one that it would be made in, can be written."""
    from photoplay.core.folder import holder_of

    there = next(folder for folder in (settings.data.absolute(), *settings.data.absolute().parents) if folder.exists())
    if not there.is_dir():
        return Finding("Data folder", False, f"{there} is a file. Name a folder with --data.")
    if not os.access(there, os.W_OK | os.X_OK):
        return Finding(
            "Data folder", False, f"{there} cannot be written. Give it to this user, or name another with --data."
        )
    holder = holder_of(settings.data)
    return Finding("Data folder", True, f"{settings.data}" + (f", served by process {holder}." if holder else "."))


def _database(settings: "Settings") -> Finding:
    """Whether the database of the embedded mode can be read; nothing is written."""
    if settings.database_url is not None:
        return Finding("Database", True, "DATABASE_URL. `photoplay migrate` tries it.")
    if not settings.sqlite_path.is_file():
        return Finding("Database", True, "Made at the first start.")
    try:
        with closing(sqlite3.connect(f"{settings.sqlite_path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        found = str(error)
    if found == "ok":
        return Finding("Database", True, "It can be read.")
    return Finding("Database", False, f"{settings.sqlite_path}: {found}. Put a backup in its place.")


async def _kept(settings: "Settings") -> list[Finding]:
    """The database and the media, and those of the sandbox where there are any."""
    findings = [database := _database(settings)]
    if database.is_well:
        findings += await _media(settings)
    apart = settings.data / "sandbox"
    if settings.database_url is None and (apart / settings.sqlite_path.name).is_file():
        beside = await _kept(settings_for(apart))
        findings += [Finding(f"Sandbox, {one.name.lower()}", one.is_well, one.says) for one in beside]
    return findings


async def _media(settings: "Settings") -> list[Finding]:
    """Whether all files are there and as they were kept. A studio that never ran has none."""
    from photoplay import assets
    from photoplay.bootstrap import open_storage
    from photoplay.core.db import Database
    from photoplay.core.errors import PhotoplayError

    if settings.database_url is None and not settings.sqlite_path.is_file():
        return []
    db = storage = None
    try:
        db, storage = Database(settings.database_address), open_storage(settings)
        looked = await assets.look_for_damage(db, storage)
    except PhotoplayError as error:
        return [Finding("Media", False, error.message)]
    finally:
        if storage is not None:
            await storage.close()
        if db is not None:
            db.close()
    if not looked.wrong:
        return [Finding("Media", True, f"{looked.count:,} files, all as they were kept.")]
    where = "the bucket" if settings.s3_bucket else "the data folder"
    says = f"{len(looked.wrong)} of {looked.count:,} files. Bring them back from a backup of {where}."
    more = [f"... and {len(looked.wrong) - _MOST_NAMED:,} more."] if len(looked.wrong) > _MOST_NAMED else []
    return [Finding("Media", False, "\n         ".join((says, *looked.wrong[:_MOST_NAMED], *more)))]


def _disk(settings: "Settings") -> Finding:
    resolved = settings.data.resolve()
    folder = next(folder for folder in (resolved, *resolved.parents) if folder.exists())
    free = shutil.disk_usage(folder).free // 1_000_000
    return Finding("Disk", free > 1000, f"{free:,} MB free for {settings.data}")


async def _makers() -> list[Finding]:
    from photoplay.makers import Makers

    makers = Makers()
    try:
        machine = await makers.machine()
    finally:
        await makers.close()
    fast, encoder = bool(machine["is_fast"]), machine["encoder"]
    hint = "" if fast else " Install libegl1 libgl1 libgl1-mesa-dri (Debian) for full detail and speed."
    return [
        Finding("Renderer", fast, f"{machine['renderer']}.{hint}"),
        Finding("Film encoder", encoder is not None, encoder or "imageio-ffmpeg is missing. `make run` installs it."),
    ]


def _outside(settings: "Settings") -> list[Finding]:
    """Providers of other packages that are broken."""
    from photoplay.bootstrap import all_providers

    return [Finding(f"Provider of {one.package}", False, one.reason) for one in all_providers(settings).left_out]


def _extras(settings: "Settings") -> list[Finding]:
    """What nobody has to have: vendors that need more than a key."""
    from photoplay.bootstrap import shipped_providers

    hints = {provider.name: provider.settings().hint() for provider in shipped_providers(settings)}
    return [Finding(f"Optional, {name}", True, hint) for name, hint in hints.items() if hint]
