"""`photoplay work` without a Postgres, and `photoplay jobs`."""

from pathlib import Path

import pytest

from photoplay.core.folder import FolderLock
from tests.cli.program import photoplay

pytestmark = pytest.mark.slow


async def test_a_second_worker_on_a_folder_of_its_own_is_told_what_it_needs(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    said = await photoplay("work", data=tmp_path)
    lock.release()
    assert said.code == 1
    assert "is served by process" in said.err
    assert "several workers need DATABASE_URL" in said.err
    assert len(said.err.strip().splitlines()) == 1


async def test_jobs_are_held_back_and_shown_from_the_command_line(tmp_path: Path) -> None:
    held = await photoplay("jobs", "pause", "local", "--reason", "tidying up", data=tmp_path)
    assert (held.code, held.out.strip()) == (0, "Held back: local.")
    shown = await photoplay("jobs", "list", data=tmp_path)
    assert "tidying up" in shown.out
    assert "serve" in shown.out
    later = await photoplay("generate", "calm ocean", "--at", "2099-01-01T18:00", "--yes", data=tmp_path)
    assert (later.code, "too far ahead" in later.err) == (1, True)
    wrong = await photoplay("jobs", "pause", "nobody", data=tmp_path)
    assert (wrong.code, "no provider or lane" in wrong.err) == (1, True)
