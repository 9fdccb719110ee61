"""The pipe to the encoder: what comes out, and what stays behind when it goes wrong."""

from pathlib import Path

import pytest

from photoplay.core.child_main import TaskFailed
from photoplay.makers.encode import film_writer
from tests.makers import made


def write_film(path: Path, *, frames: int, preset: str = "veryfast", then: Exception | None = None) -> None:
    """Writes black frames, then fails if it is told to."""
    with film_writer(path, (32, 32), 24, preset=preset) as film:
        for _ in range(frames):
            film.write(bytes(32 * 32 * 3))
        if then is not None:
            raise then


def test_a_block_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_film(tmp_path / "film.mp4", frames=3, then=KeyError("lost"))
    assert made.files_in(tmp_path) == []


def test_a_frame_of_the_wrong_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="3072 bytes, not 5"), film_writer(tmp_path / "film.mp4", (32, 32), 24) as film:
        film.write(b"short")
    assert made.files_in(tmp_path) == []


def test_odd_sizes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="even"), film_writer(tmp_path / "film.mp4", (33, 32), 24):
        pass


def test_the_encoders_own_words_are_told(tmp_path: Path) -> None:
    with pytest.raises(TaskFailed, match="encoder said") as failed:
        write_film(tmp_path / "film.mp4", frames=200, preset="nonsense")
    assert failed.value.code == "encoder"
    assert made.files_in(tmp_path) == []
