"""Every module says what belongs in it; every name a front door gives away says what it does."""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGE, code_files, parsed, shown


@pytest.mark.parametrize(
    "path", [path for path in code_files() if path.name != "__init__.py" or "src" in path.parts], ids=shown
)
def test_module_says_what_belongs_in_it(path: Path) -> None:
    docstring = ast.get_docstring(parsed(path)) or ""
    assert len(docstring.split()) >= 3


def given_away(door: Path) -> dict[str, ast.AST]:
    """The functions and classes that a front door re-exports, with where they are defined."""
    found: dict[str, ast.AST] = {}
    for statement in parsed(door).body:
        if isinstance(statement, ast.ImportFrom) and statement.module and statement.module.startswith("photoplay."):
            found |= _definitions(
                PACKAGE.parent.joinpath(*statement.module.split(".")).with_suffix(".py"), statement.names
            )
    return found


def _definitions(path: Path, names: list[ast.alias]) -> dict[str, ast.AST]:
    if not path.is_file():
        return {}
    wanted = {alias.name for alias in names}
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name: node for node in parsed(path).body if isinstance(node, kinds) and node.name in wanted}


@pytest.mark.parametrize("door", sorted(PACKAGE.glob("*/__init__.py")), ids=shown)
def test_front_door_names_are_documented(door: Path) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    silent = [
        name for name, node in given_away(door).items() if isinstance(node, kinds) and not ast.get_docstring(node)
    ]
    assert silent == []
