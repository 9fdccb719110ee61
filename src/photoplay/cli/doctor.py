"""`photoplay doctor`: what is missing on this machine and how to get it."""

import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from photoplay.cli._app import DataOption, app, run, settings_for

if TYPE_CHECKING:
    from photoplay.core.settings import Settings


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
    findings = [_python(), _disk(settings), *await _makers(), *_extras(settings), *_outside(settings)]
    for finding in findings:
        typer.echo(f"{'ok     ' if finding.is_well else 'missing'}  {finding.name}: {finding.says}")
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


def _python() -> Finding:
    return Finding("Python", sys.version_info >= (3, 11), sys.version.split()[0])


def _disk(settings: "Settings") -> Finding:
    folder = settings.data if settings.data.exists() else settings.data.resolve().parent
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
