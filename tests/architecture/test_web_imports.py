"""What a module loads at import decides how soon a studio is ready, and how much memory it takes while it idles."""

import subprocess
import sys

import pytest

from tests.architecture.tree import PACKAGE

HEAVY = (
    "numpy",
    "onnxruntime",
    "av",
    "PIL",
    "pyvips",
    "moderngl",
    "ncnn",
    "alembic",
    "mcp",
    "hibari_tts",
    "tono",
    "opentimelineio",
    "c2pa",
    "dbos",
    "psycopg",
    "croniter",
    "aiohttp",
    "cryptography",
    "sqlalchemy.dialects.postgresql",
)
LISTS_WHAT_IS_LOADED = "import sys; import {module}; print(*sorted(sys.modules))"


def loaded_by(module: str) -> set[str]:
    """The modules that a fresh interpreter holds after importing `module`."""
    words = LISTS_WHAT_IS_LOADED.format(module=module)
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", words], capture_output=True, text=True, timeout=60, check=True
    )
    return set(answer.stdout.split())


@pytest.mark.parametrize("module", ["photoplay.web.app", "photoplay.bootstrap", "photoplay.cli"])
def test_heavy_modules_are_not_loaded_by(module: str) -> None:
    path = PACKAGE.parent.joinpath(*module.split("."))
    if not (path.is_dir() or path.with_suffix(".py").is_file()):
        pytest.skip(f"{module} does not exist yet")
    assert sorted(loaded_by(module) & set(HEAVY)) == []
