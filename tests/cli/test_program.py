"""The program itself: help at once, its version, wrong words and wrong settings in a sentence."""

import subprocess
import sys
from pathlib import Path

import photoplay as package
from tests.cli.program import PHOTOPLAY, photoplay
from tests.factories import a_house

SLOW_TO_LOAD = {"sqlalchemy", "fastapi", "aiohttp", "dbos", "pydantic", "granian", "rich.progress", "numpy"}
LISTS = (
    "import sys; from photoplay.cli import main; sys.argv = ['photoplay', '--version']\n"
    "try: main()\nexcept SystemExit: print(*sys.modules)"
)


def test_help_loads_nothing_that_is_slow() -> None:
    answer = subprocess.run([sys.executable, "-c", LISTS], capture_output=True, text=True, check=True, timeout=60)
    assert SLOW_TO_LOAD & set(answer.stdout.split()) == set()


def test_the_program_alone_shows_its_help() -> None:
    answer = subprocess.run([PHOTOPLAY], capture_output=True, text=True, check=False, timeout=60)
    assert "Usage: photoplay" in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_version_is_told() -> None:
    answer = subprocess.run([PHOTOPLAY, "--version"], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.strip() == package.__version__


async def test_a_wrong_setting_is_said_in_a_sentence(tmp_path: Path) -> None:
    said = await photoplay("assets", data=tmp_path, environment={"PHOTOPLAY_PORT": "many"})
    assert (said.code, said.err.splitlines()[0]) == (1, "Some settings cannot be used.")
    assert said.err.splitlines()[1].startswith("  PHOTOPLAY_PORT: ")
    loud = await photoplay("assets", data=tmp_path, environment={"PHOTOPLAY_LOG_LEVEL": "loud"})
    assert loud.code == 1
    assert loud.err.splitlines()[1].startswith("  PHOTOPLAY_LOG_LEVEL: ")


async def test_a_damaged_database_is_told_and_found_by_the_doctor(tmp_path: Path) -> None:
    (tmp_path / "photoplay.sqlite3").write_bytes(b"damaged!" * 1000)
    said = await photoplay("serve", "--port", "0", data=tmp_path)
    assert (said.code, "Traceback" in said.err) == (1, False)
    assert "is damaged: file is not a database. Stop the studio and put a backup of the file in its place" in said.err
    found = await photoplay("doctor", data=tmp_path)
    assert found.code == 1
    assert "missing  Database: " in found.out


async def test_the_doctor_names_media_that_are_missing_or_damaged_in_the_sandbox_too(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "sandbox"):
        async with a_house(folder) as house:
            made = [await house.end((await house.ask(params={"prompt": "a", "seed": seed})).id) for seed in (1, 2, 3)]
        files = [next((folder / "blobs").glob(f"*/{one.assets[0].sha256}")) for one in made]
        files[0].unlink()
        files[1].write_bytes(b"cut")
        whole = files[2].read_bytes()
        files[2].write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    found = await photoplay("doctor", data=tmp_path)
    assert found.code == 1
    for name in ("Media", "Sandbox, media"):
        (line,) = [line for line in found.out.splitlines() if line.startswith(f"missing  {name}: 3 of ")]
        assert "Bring them back from a backup of the data folder" in line
    for which, says in enumerate(("is missing", "has 3 bytes instead of", "is not what was kept")):
        lines = [line for line in found.out.splitlines() if f"original of {made[which].assets[0].id} " in line]
        assert lines
        assert all(says in line for line in lines)


async def test_the_doctor_says_that_a_file_is_no_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    found = await photoplay("doctor", data=file)
    assert found.code == 1
    assert f"missing  Data folder: {file} is a file. Name a folder with --data." in found.out
