"""The dangerous things are written in one place each: the status of a generation, the entries of the ledger."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGE, parsed, room_of, shown, source_files

STATUS_WRITER = "generation/advance.py"
LEDGER_ROOM = "credits"
GENERATION_FILES = tuple(path for path in source_files() if room_of(path) == "generation")


def writes_of(path: Path, name: str) -> Iterator[str]:
    """Places that set the attribute or column `name`: assignment, setattr, `.values(name=...)` or a dict of columns."""
    for node in ast.walk(parsed(path)):
        if _assigns(node, name) or _updates(node, name):
            yield f"line {getattr(node, 'lineno', 0)}: {ast.unparse(node)[:80]}"


def _assigns(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Assign(targets=targets):
            return any(isinstance(target, ast.Attribute) and _is(target, name) for target in targets)
        case ast.AugAssign(target=ast.Attribute() as target) | ast.AnnAssign(target=ast.Attribute() as target):
            return _is(target, name)
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=value), *_]):
            return bool(value == name)
        case _:
            return False


def _is(target: ast.Attribute, name: str) -> bool:
    """An order has states of its own, written where orders are given and looked up; it is always called `order`."""
    return target.attr == name and ast.unparse(target.value) != "order"


def _updates(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="values"), args=args, keywords=keywords):
            keys = [key for arg in args if isinstance(arg, ast.Dict) for key in arg.keys]
            return any(keyword.arg == name for keyword in keywords) or any(
                name in ast.unparse(key) for key in keys if key
            )
        case _:
            return False


@pytest.mark.parametrize(
    "path", [path for path in GENERATION_FILES if not shown(path).endswith(STATUS_WRITER)], ids=shown
)
def test_only_advance_changes_the_status_of_a_generation(path: Path) -> None:
    assert list(writes_of(path, "status")) == []


@pytest.mark.skipif(not GENERATION_FILES, reason="the room generation does not exist yet")
def test_advance_is_where_the_status_changes() -> None:
    assert list(writes_of(PACKAGE / STATUS_WRITER, "status"))


@pytest.mark.parametrize("path", source_files(), ids=shown)
def test_only_credits_writes_entries(path: Path) -> None:
    if room_of(path) in {LEDGER_ROOM, "migrations"}:
        return
    text = path.read_text(encoding="utf-8").lower()
    assert [
        words
        for words in (
            "insert into entries",
            "update entries",
            "delete from entries",
            "entryrow",
            "dayrow",
            "spending_days",
        )
        if words in text
    ] == []


@pytest.mark.parametrize("path", [path for path in source_files() if room_of(path) == LEDGER_ROOM], ids=shown)
def test_entries_are_never_edited_or_deleted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [
        words
        for words in ("update(EntryRow", "delete(EntryRow", "update entries", "delete from entries")
        if words in text
    ] == []
