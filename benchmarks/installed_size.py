"""What the installed product takes on disk, without bytecode and without what only tests need (PERFORMANCE P13)."""

import importlib.metadata
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure

ROOT = Path(__file__).parents[1]
MB = 1e6


def figures() -> Iterator[Figure]:
    """Sums the files of every package in requirements.lock, and our own source."""
    packages = sum(_package_bytes(name) for name in _locked())
    own = sum(path.stat().st_size for path in (ROOT / "src").rglob("*") if path.is_file() and path.suffix != ".pyc")
    yield Figure(
        "installed size", "MB", [(packages + own) / MB], 738, f"{len(_locked())} packages, own {own / MB:.0f} MB"
    )


def _locked() -> list[str]:
    return re.findall(
        r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE
    )


def _package_bytes(name: str) -> int:
    try:
        files = importlib.metadata.distribution(name).files or []
    except importlib.metadata.PackageNotFoundError:
        return 0
    paths = (Path(str(file.locate())) for file in files if file.suffix != ".pyc")
    return sum(path.stat().st_size for path in paths if path.is_file())
