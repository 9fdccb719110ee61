"""What every kind of media keeps: the same questions, the same answers, for each file that stands for it."""

import json
from pathlib import Path

import pytest

from photoplay.core.child_main import TaskFailed
from photoplay.media import SourceType, sniff_file
from tests.media.made import MAKERS, MARKS, mark, probe, render, verify

KINDS = {
    "image": ("plain.png", ("webp", "thumb", "card", "avif")),
    "video": ("film.mp4", ("poster", "thumb", "card", "preview")),
    "audio": ("tone.wav", ("peaks", "preview")),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind in turn."""
    return str(request.param)


@pytest.fixture
def original(kind: str, tmp_path: Path) -> Path:
    """A file of the kind, under a name that tells nothing."""
    name = KINDS[kind][0]
    return MAKERS[name](tmp_path / name).rename(tmp_path / "original")


def test_a_probe_is_complete_and_is_json(kind: str, original: Path) -> None:
    told = probe(original)
    assert told.kind == kind
    assert told.mime == sniff_file(original).mime
    assert told.size_bytes == original.stat().st_size
    assert (told.width is None) == (kind == "audio")
    assert (told.thumbhash is None) == (kind == "audio")
    assert (told.duration_seconds is None) == (kind == "image")
    assert told.findings == ()
    assert json.loads(json.dumps(vars(told)))["kind"] == kind


def test_every_rendition_is_made_as_told(kind: str, original: Path, tmp_path: Path) -> None:
    made = render(original, kind, KINDS[kind][1], tmp_path / "credentials")
    assert tuple(made) == KINDS[kind][1] or set(made) == set(KINDS[kind][1])
    for role, file in made.items():
        path = Path(file["path"])
        assert path.name.startswith(f"{role}.")
        assert file["size_bytes"] == path.stat().st_size > 0
        if role != "peaks":
            told = probe(path)
            assert told.mime == file["mime"]
            assert (told.width, told.height) == (file["width"], file["height"])


def test_roles_of_other_kinds_are_left_out(kind: str, original: Path, tmp_path: Path) -> None:
    others = [role for name, (_, roles) in KINDS.items() if name != kind for role in roles]
    made = render(original, kind, tuple(others), tmp_path / "credentials")
    assert set(made) == set(others) & set(KINDS[kind][1])


def test_marks_hold_on_the_original_and_on_what_is_made_of_it(kind: str, original: Path, tmp_path: Path) -> None:
    mark(original, tmp_path / "credentials")
    made = render(original, kind, KINDS[kind][1], tmp_path / "credentials")
    for path in (original, *(Path(file["path"]) for role, file in made.items() if role not in ("thumb", "peaks"))):
        report = verify(path, tmp_path / "credentials")
        assert (report.state, report.source, report.model) == ("valid", SourceType.ALGORITHMIC, MARKS.model)


@pytest.mark.parametrize("length", [1, 12, 40, 200])
def test_a_stump_is_refused_with_a_sentence(kind: str, original: Path, length: int) -> None:
    original.write_bytes(original.read_bytes()[:length])
    with pytest.raises(TaskFailed) as caught:
        probe(original)
    assert caught.value.code in {"not_media", "unsupported_media", "damaged_media"}
    assert caught.value.message.endswith(".")
