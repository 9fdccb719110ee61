"""Files and functions that can be read in one sitting, and no file whose name allows anything."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, code_files, parsed, shown

FILE_LINES = 400
FUNCTION_LINES = 40
POSITIONAL = 4
ATTRACTS_EVERYTHING = {"utils", "helpers", "common", "manager", "service", "services", "base", "misc"}
STANDARD_LIBRARY = {"types", "json", "logging", "typing", "queue", "time", "random", "io", "enum", "http", "secrets"}
STATIC = ROOT / "src/photoplay/web/static"
PAGE_FILES = sorted([*STATIC.glob("js/*.js"), *STATIC.glob("css/*.css")])


@pytest.mark.parametrize("path", [*code_files(), *PAGE_FILES], ids=shown)
def test_file_is_short(path: Path) -> None:
    is_written_by_a_tool = path.parent.name == "versions"
    assert is_written_by_a_tool or len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


@pytest.mark.parametrize("path", code_files(), ids=shown)
def test_functions_are_short_and_take_few_positional_arguments(path: Path) -> None:
    functions = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [f"{node.name}: {lines_of(node)} lines" for node in functions if lines_of(node) > FUNCTION_LINES]
    assert long == [] or path.parent.name == "versions", "Only a migration, written by a tool, may be long."
    if "tests" not in path.parts:
        called_by_us = [node for node in functions if not is_called_by_a_framework(node)]
        assert [f"{node.name}: {positional(node)}" for node in called_by_us if positional(node) > POSITIONAL] == []


def is_called_by_a_framework(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Handlers and commands: their parameters are filled in by name."""
    return any(
        re.match(r"(\w+\.)?(router|app|\w+_app)\.\w+", ast.unparse(decorator)) for decorator in node.decorator_list
    )


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the function without its docstring, which may say as much as it needs."""
    docstring = node.body[0] if ast.get_docstring(node) else None
    spent = docstring.end_lineno - docstring.lineno + 1 if docstring and docstring.end_lineno else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - spent


def positional(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Parameters that may be given without their name; `self` and the session do not count."""
    names = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
    return len([name for name in names if name not in {"self", "cls", "session"}])


@pytest.mark.parametrize("path", code_files(), ids=shown)
def test_file_name_says_what_belongs_in_it(path: Path) -> None:
    assert path.stem not in ATTRACTS_EVERYTHING
    if "src" in path.parts and path.parent.name not in {"makers", "media"}:
        assert path.stem not in STANDARD_LIBRARY or path.parent.name == "core", "Named like the standard library."
