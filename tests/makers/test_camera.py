"""Camera moves: films of the right size and length, motion without jitter, and the move that the words ask for."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from photoplay.core.child_main import Cancelled
from photoplay.makers import camera, moves
from tests.makers import made

ALL_MOVES: tuple[moves.Move, ...] = (
    "push-in",
    "pull-out",
    "pan-left",
    "pan-right",
    "tilt-up",
    "tilt-down",
    "orbit",
    "drift",
)


def test_film_has_the_size_length_and_pace_that_were_asked_for(tmp_path: Path) -> None:
    source, watcher = made.textured(tmp_path / "in.png", (160, 90)), made.Watcher()
    job = {"source": str(source), "out_dir": str(tmp_path), "size": "144p", "duration_seconds": 1, "move": "push-in"}
    result = camera.run(job, watcher)
    film, poster, thumb = result["files"]
    assert (film["width"], film["height"], film["duration_seconds"], film["fps"]) == (256, 144, 1, 24)
    assert (poster["role"], thumb["role"]) == ("poster", "thumb")
    with av.open(film["path"]) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert sum(1 for _ in container.decode(video=0)) == 24
    assert Path(film["path"]).read_bytes().find(b"moov") < Path(film["path"]).read_bytes().find(b"mdat")
    assert watcher.told[-1] == (24, 24)


def test_same_settings_give_the_same_film(tmp_path: Path) -> None:
    source = made.textured(tmp_path / "in.png")
    job = {"source": str(source), "out_dir": str(tmp_path), "size": "144p", "duration_seconds": 1, "move": "drift"}
    first = Path(camera.run(job, made.Watcher())["files"][0]["path"]).read_bytes()
    assert Path(camera.run(job, made.Watcher())["files"][0]["path"]).read_bytes() == first


@pytest.mark.parametrize("move", ALL_MOVES)
def test_camera_moves_at_fractions_of_a_pixel_without_jitter(move: moves.Move) -> None:
    size = (320, 180)
    down, across = np.mgrid[0:270, 0:480]
    dot = 255 * np.exp(-((across - 190.3) ** 2 + (down - 110.7) ** 2) / 120)
    ground = camera._ground(Image.fromarray(np.repeat(dot.astype(np.uint8)[:, :, None], 3, axis=2)), size)
    shot = camera._Shot(ground, size, moves.path_of(move, 1.0, 0))
    places = np.array([middle_of(shot.frame(0.4 + number / 191)) for number in range(24)])
    assert np.abs(np.diff(places, n=2, axis=0)).max() < 0.12
    assert np.abs(places[-1] - places[0]).max() > 0.1


def middle_of(frame: Image.Image) -> tuple[float, float]:
    light = np.asarray(frame.convert("L"), np.float64)
    light[light < 6] = 0
    return (light * np.arange(light.shape[1])).sum() / light.sum(), (
        light * np.arange(light.shape[0])[:, None]
    ).sum() / light.sum()


@pytest.mark.parametrize("move", ALL_MOVES)
@pytest.mark.parametrize("strength", [0.3, 1.0, 2.0])
def test_no_view_reaches_beyond_the_picture(move: moves.Move, strength: float) -> None:
    size = (64, 36)
    ground = Image.new("RGB", (96, 54), (255, 255, 255))
    shot = camera._Shot(ground, size, moves.path_of(move, strength, 1))
    darkest = min(int(np.asarray(shot.frame(number / 20)).min()) for number in range(21))
    assert darkest == 255


@pytest.mark.parametrize(
    ("words", "move"),
    [
        ("slow zoom out", "pull-out"),
        ("The camera pans slowly to the left", "pan-left"),
        ("moves from left to right", "pan-right"),
        ("pan across the valley", "pan-right"),
        ("orbit around the statue", "orbit"),
        ("push in towards the face", "push-in"),
        ("tilt up to the sky", "tilt-up"),
        ("looking down", "tilt-down"),
        ("gentle floating", "drift"),
        ("", "push-in"),
    ],
)
def test_words_choose_the_move(words: str, move: str) -> None:
    assert moves.pick_move("auto", words, 0) == move


def test_an_explicit_move_wins_over_the_words() -> None:
    assert moves.pick_move("orbit", "zoom out", 0) == "orbit"


@pytest.mark.parametrize(
    ("picture", "film"),
    [((1024, 1024), (720, 720)), ((1920, 1080), (1280, 720)), ((900, 1600), (720, 1280)), ((4000, 400), (1728, 720))],
)
def test_film_keeps_the_aspect_within_bounds(picture: tuple[int, int], film: tuple[int, int]) -> None:
    assert camera.film_size(picture, lines=720) == film


def test_transparent_pictures_are_put_on_a_ground(tmp_path: Path) -> None:
    source = made.see_through(tmp_path / "in.png")
    job = {"source": str(source), "out_dir": str(tmp_path), "size": "144p", "duration_seconds": 1}
    poster = camera.run(job, made.Watcher())["files"][1]["path"]
    corner = made.pixels_of(poster)[2, 2].astype(int)
    assert np.abs(corner - 236).max() < 12


@pytest.mark.parametrize("stop_at", [1, 5])
def test_cancelled_film_leaves_no_file(tmp_path: Path, stop_at: int) -> None:
    source, out = made.textured(tmp_path / "in.png"), tmp_path / "out"
    out.mkdir()
    job = {"source": str(source), "out_dir": str(out), "size": "144p", "duration_seconds": 2}
    with pytest.raises(Cancelled):
        camera.run(job, made.Watcher(stop_at))
    assert made.files_in(out) == []
