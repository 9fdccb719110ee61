"""Cutting out: the subject stays, the ground goes, and nothing is cut where nothing stands out."""

from pathlib import Path

import pytest
from PIL import Image

from photoplay.core.child_main import Cancelled, TaskFailed
from photoplay.makers import cutout
from tests.makers import made


def test_subject_stays_and_ground_goes(tmp_path: Path) -> None:
    source = made.subject(tmp_path / "in.png")
    result = cutout.run({"source": str(source), "out_dir": str(tmp_path)}, made.Watcher())
    pixels = made.pixels_of(result["files"][0]["path"])
    assert pixels.shape == (200, 240, 4)
    assert pixels[95, 120, 3] > 230
    assert pixels[5:25, 5:60, 3].max() < 20
    assert 0.05 < result["metadata"]["subject_share"] < 0.5
    assert [file["role"] for file in result["files"]] == ["original", "thumb"]


def test_edges_do_not_keep_the_colour_of_the_ground(tmp_path: Path) -> None:
    source = made.subject(tmp_path / "in.png")
    result = cutout.run({"source": str(source), "out_dir": str(tmp_path)}, made.Watcher())
    pixels = made.pixels_of(result["files"][0]["path"]).astype(int)
    half = (pixels[:, :, 3] > 100) & (pixels[:, :, 3] < 200)
    assert half.any()
    assert pixels[half][:, :3].mean() < 130


def test_transparency_of_the_source_is_never_undone(tmp_path: Path) -> None:
    with Image.open(made.subject(tmp_path / "in.png")) as opaque:
        picture = opaque.convert("RGBA")
    picture.paste((0, 0, 0, 0), (100, 80, 140, 100))
    picture.save(tmp_path / "hole.png")
    result = cutout.run({"source": str(tmp_path / "hole.png"), "out_dir": str(tmp_path)}, made.Watcher())
    assert made.pixels_of(result["files"][0]["path"])[85:95, 105:135, 3].max() == 0


@pytest.mark.parametrize("color", [(0, 0, 0), (90, 120, 200), (255, 255, 255)])
def test_a_plain_picture_has_nothing_to_cut_out(tmp_path: Path, color: tuple[int, int, int]) -> None:
    Image.new("RGB", (80, 60), color).save(tmp_path / "in.png")
    with pytest.raises(TaskFailed, match="Nothing in this picture stands out") as refused:
        cutout.run({"source": str(tmp_path / "in.png"), "out_dir": str(tmp_path)}, made.Watcher())
    assert refused.value.code == "nothing_stands_out"
    assert made.files_in(tmp_path) == ["in.png"]


@pytest.mark.parametrize("stop_at", [1, 3, 5, 6])
def test_cancelled_cutting_leaves_no_file(tmp_path: Path, stop_at: int) -> None:
    source, out = made.subject(tmp_path / "in.png"), tmp_path / "out"
    out.mkdir()
    with pytest.raises(Cancelled):
        cutout.run({"source": str(source), "out_dir": str(out)}, made.Watcher(stop_at))
    assert made.files_in(out) == []
