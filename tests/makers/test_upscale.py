"""Enlarging: sizes, faithfulness, seams, transparency, limits and cancelling."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photoplay.core.child_main import Cancelled, TaskFailed
from photoplay.makers import upscale
from tests.makers import made


def shrunk_error(large: Path, small: Path) -> float:
    """Mean difference between the source and the result made small again."""
    source = made.pixels_of(small)
    back = Image.fromarray(made.pixels_of(large)).resize(source.shape[1::-1], Image.Resampling.BOX)
    return float(np.abs(np.asarray(back, np.float32) - source).mean())


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_both_edges_grow_by_the_factor(tmp_path: Path, factor: int) -> None:
    source = made.textured(tmp_path / "in.png")
    result = upscale.run({"source": str(source), "out_dir": str(tmp_path), "factor": factor}, made.Watcher())
    first = result["files"][0]
    assert made.pixels_of(first["path"]).shape == (64 * factor, 96 * factor, 3)
    assert (first["width"], first["height"]) == (96 * factor, 64 * factor)
    assert [file["role"] for file in result["files"]] == ["original", "thumb"]
    assert result["metadata"]["factor"] == factor


def test_eight_times_larger_stays_true_to_the_picture_also_where_tiles_meet(tmp_path: Path) -> None:
    source = made.textured(tmp_path / "in.png", (220, 24))
    result = upscale.run({"source": str(source), "out_dir": str(tmp_path), "factor": 8}, made.Watcher())
    large = Path(result["files"][0]["path"])
    assert shrunk_error(large, source) < 3
    steps = np.abs(np.diff(made.pixels_of(large).astype(int), axis=1)).mean(axis=(0, 2))
    assert steps[110 * 8 - 1] < 1.3 * max(steps[110 * 8 - 40 : 110 * 8 - 1])


@pytest.mark.parametrize(("factor", "most"), [(2, 16_777_216), (4, 4_194_304), (8, 1_048_576)])
def test_no_result_is_larger_than_8192_by_8192(factor: int, most: int) -> None:
    assert upscale.most_input_pixels(factor) == most


def test_natural_look_keeps_the_grain_that_a_drawing_loses(tmp_path: Path) -> None:
    source = made.textured(tmp_path / "in.png")
    errors = {}
    for look in ("natural", "drawing"):
        result = upscale.run({"source": str(source), "out_dir": str(tmp_path), "look": look}, made.Watcher())
        errors[look] = shrunk_error(Path(result["files"][0]["path"]), source)
    assert errors["natural"] < 3 < errors["drawing"]


def test_tiles_join_without_a_seam(tmp_path: Path) -> None:
    source, watcher = made.textured(tmp_path / "in.png", (300, 40)), made.Watcher()
    result = upscale.run({"source": str(source), "out_dir": str(tmp_path)}, watcher)
    assert watcher.told[-1] == (2, 2)
    assert watcher.shares == sorted(watcher.shares)
    steps = np.abs(np.diff(made.pixels_of(result["files"][0]["path"]).astype(int), axis=1)).mean(axis=(0, 2))
    assert steps[299] < 1.3 * max(steps[280:299])


def test_transparency_is_kept_and_hidden_colours_do_not_bleed(tmp_path: Path) -> None:
    source = made.see_through(tmp_path / "in.png")
    result = upscale.run({"source": str(source), "out_dir": str(tmp_path)}, made.Watcher())
    pixels = made.pixels_of(result["files"][0]["path"])
    assert pixels.shape == (96, 128, 4)
    assert pixels[0, 0, 3] == 0
    assert pixels[48, 64, 3] == 255
    edge = pixels[(pixels[:, :, 3] > 20)]
    assert edge[:, 1].max() < 120


@pytest.mark.parametrize("mode", ["L", "P", "LA", "CMYK", "I;16"])
def test_unusual_pictures_are_taken(tmp_path: Path, mode: str) -> None:
    name = "in.jpg" if mode == "CMYK" else "in.png"
    Image.new("L", (20, 12), 120).convert(mode).save(tmp_path / name)
    result = upscale.run({"source": str(tmp_path / name), "out_dir": str(tmp_path)}, made.Watcher())
    assert made.pixels_of(result["files"][0]["path"]).shape[:2] == (24, 40)


def test_one_pixel_is_enlarged(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), (10, 200, 90)).save(tmp_path / "in.png")
    result = upscale.run({"source": str(tmp_path / "in.png"), "out_dir": str(tmp_path), "factor": 4}, made.Watcher())
    assert made.pixels_of(result["files"][0]["path"]).shape[:2] == (4, 4)


def test_too_large_a_picture_is_refused_by_its_header(tmp_path: Path) -> None:
    Image.new("1", (9000, 8000)).save(tmp_path / "in.png")
    with pytest.raises(TaskFailed, match=r"9000 x 8000 pixels .* at most 16\.8 million") as refused:
        upscale.run({"source": str(tmp_path / "in.png"), "out_dir": str(tmp_path)}, made.Watcher())
    assert refused.value.code == "too_large"


def test_a_damaged_picture_is_refused_in_words(tmp_path: Path) -> None:
    source = made.textured(tmp_path / "in.png")
    source.write_bytes(source.read_bytes()[:200])
    with pytest.raises(TaskFailed, match="damaged") as refused:
        upscale.run({"source": str(source), "out_dir": str(tmp_path)}, made.Watcher())
    assert refused.value.code == "unreadable_picture"


@pytest.mark.parametrize("stop_at", [1, 2])
def test_cancelled_enlarging_leaves_no_file(tmp_path: Path, stop_at: int) -> None:
    source, out = made.textured(tmp_path / "in.png"), tmp_path / "out"
    out.mkdir()
    with pytest.raises(Cancelled):
        upscale.run({"source": str(source), "out_dir": str(out)}, made.Watcher(stop_at))
    assert made.files_in(out) == []
