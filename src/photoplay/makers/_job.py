"""What every maker takes and gives: its params, whole files in one folder, and the answer that lists them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict


class Job(BaseModel):
    """Params of a maker. What it does not know is ignored: the caller sends the whole recipe along."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    out_dir: Path
    """An existing folder, where all files go."""


class PictureJob(Job):
    """Params of a maker that begins with a picture."""

    source: Path


@dataclass(frozen=True)
class MadeFile:
    """A finished file. Only what applies to its kind is filled in."""

    path: Path
    mime: str
    role: str = "original"
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    fps: float | None = None


def answer(*files: MadeFile, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON that a maker gives back: `files` with absolute paths, and `metadata` for the recipe."""
    listed = [{**asdict(file), "path": str(file.path.absolute())} for file in files]
    return {"files": listed, "metadata": dict(metadata)}


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Gives a temporary path (same folder, same ending) that becomes `path` at the end, or vanishes on any error."""
    temporary = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def all_or_nothing(*paths: Path) -> Iterator[None]:
    """Removes these finished files again when what follows fails or is called off."""
    try:
        yield
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise
