"""The source tree as the architecture tests see it: files, rooms, parsed modules."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "photoplay"
CODE_FOLDERS = ("src", "tests", "tools", "benchmarks")


@cache
def source_files() -> tuple[Path, ...]:
    """Every Python file of the package."""
    return tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def code_files() -> tuple[Path, ...]:
    """Every Python file of the project, tests and tools included."""
    return tuple(sorted(path for folder in CODE_FOLDERS for path in (ROOT / folder).rglob("*.py")))


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    """The path as people read it, and as test ids show it."""
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    """The room a source file stands in; a module at the top is a room of its own."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def rooms() -> tuple[str, ...]:
    """The rooms that exist."""
    return tuple(sorted({room_of(path) for path in source_files()} - {"__init__", "__main__"}))
