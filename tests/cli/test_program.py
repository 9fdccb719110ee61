"""The program itself: help at once, its version, wrong words and wrong settings in a sentence."""

import subprocess
import sys
from pathlib import Path

import photoplay as package
from tests.cli.program import PHOTOPLAY, photoplay

SLOW_TO_LOAD = {"sqlalchemy", "fastapi", "aiohttp", "dbos", "pydantic", "granian", "rich.progress", "numpy"}
LISTS = (
    "import sys; from photoplay.cli import main; sys.argv = ['photoplay', '--version']\n"
    "try: main()\nexcept SystemExit: print(*sys.modules)"
)


def test_help_loads_nothing_that_is_slow() -> None:
    answer = subprocess.run([sys.executable, "-c", LISTS], capture_output=True, text=True, check=True, timeout=60)
    assert SLOW_TO_LOAD & set(answer.stdout.split()) == set()


def test_the_version_is_told() -> None:
    answer = subprocess.run([PHOTOPLAY, "--version"], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.strip() == package.__version__


async def test_a_wrong_setting_is_said_in_a_sentence(tmp_path: Path) -> None:
    said = await photoplay("assets", data=tmp_path, environment={"PHOTOPLAY_PORT": "many"})
    assert (said.code, said.err.splitlines()[0]) == (1, "Some settings cannot be used.")
    assert "Traceback" not in said.err
