"""From outside a room only its front door is used: `from photoplay import room`, `from photoplay.room import name`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGE, parsed, room_of, shown, source_files

OPEN_ROOMS = {"core"}
"""Rooms whose files are their doors."""

EXCEPTIONS: dict[str, set[str]] = {
    "bootstrap.py": {"photoplay.providers.local"},  # builds every provider
    "web/api/scenes.py": {"photoplay.providers.local"},  # the live canvas: what the local scenes read in words
}
"""A file, and the inner modules it may reach for; each line shows in a diff."""


def reaches_past_doors(path: Path) -> Iterator[str]:
    own = room_of(path)
    allowed = EXCEPTIONS.get(path.relative_to(PACKAGE).as_posix(), set())
    for node in ast.walk(parsed(path)):
        for module in _inner_modules(node):
            if module.split(".")[1] not in OPEN_ROOMS | {own} and module not in allowed:
                yield f"line {getattr(node, 'lineno', 0)}: {module}"


def _inner_modules(node: ast.AST) -> Iterator[str]:
    """Every module below a room that the statement names."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module:
        names = [
            node.module,
            *(f"{node.module}.{alias.name}" for alias in node.names if _is_module(node.module, alias.name)),
        ]
    else:
        return
    yield from (name for name in names if name.startswith("photoplay.") and name.count(".") > 1)


def _is_module(package: str, name: str) -> bool:
    folder = PACKAGE.parent.joinpath(*package.split("."))
    return (folder / f"{name}.py").is_file() and package != "photoplay"


@pytest.mark.parametrize("path", source_files(), ids=shown)
def test_other_rooms_are_entered_by_the_front_door(path: Path) -> None:
    if path.relative_to(PACKAGE).parts[0] == "migrations":
        return
    assert list(reaches_past_doors(path)) == []


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*/__init__.py")), ids=shown)
def test_a_front_door_names_what_others_may_use(path: Path) -> None:
    imported = [name for node in parsed(path).body if isinstance(node, ast.ImportFrom) for name in node.names]
    declared = [
        node for node in parsed(path).body if isinstance(node, ast.Assign) and "__all__" in ast.unparse(node.targets[0])
    ]
    assert bool(imported) == bool(declared), "What a front door imports, it lists in __all__."
