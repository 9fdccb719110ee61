"""Who may import whom: the contracts stand in pyproject.toml; here they run, and may not fall behind the rooms."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.architecture.tree import PACKAGE, ROOT, rooms

LINTER = Path(sys.executable).with_name("lint-imports")


def contracts() -> list[dict[str, Any]]:
    return list(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"])


def test_import_contracts_hold() -> None:
    answer = subprocess.run([LINTER, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_a_room_that_exists_is_not_optional_in_the_layers() -> None:
    layers = "\n".join(contracts()[0]["layers"])
    assert [room for room in rooms() if f"({room})" in layers] == []


def test_tables_of_every_room_are_protected() -> None:
    contract = next(contract for contract in contracts() if contract["type"] == "protected")
    with_tables = [path.parent.name for path in PACKAGE.glob("*/tables.py")]
    own = [f"photoplay.{room}.* -> photoplay.{room}.tables" for room in with_tables]
    assert sorted(set(own) - set(contract["ignore_imports"])) == []
    assert "photoplay.*.tables" in contract["protected_modules"]


def test_rooms_without_a_database_say_so() -> None:
    contract = next(contract for contract in contracts() if contract["name"].startswith("No database"))
    there = {
        f"photoplay.{room}" for room in ("operations", "storage", "media", "makers", "providers") if room in rooms()
    }
    assert set(contract["source_modules"]) == there
