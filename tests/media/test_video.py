"""Films: probed, judged, refused when broken, rendered upright from their middle."""

from pathlib import Path

import pytest
from PIL import Image

from photoplay.core.child_main import TaskFailed
from photoplay.media.video import POSTER_BYTES
from tests.media.made import FILM, H264, MAKERS, TONE, ffmpeg, mark, probe, render, verify

LINES = ("-f", "lavfi", "-i")


@pytest.mark.parametrize("name", ["film.mp4", "quick.mp4", "parts.mp4", "film.mov"])
def test_a_film_tells_what_it_is(name: str, tmp_path: Path) -> None:
    told = probe(MAKERS[name](tmp_path / name))
    assert (told.kind, told.width, told.height, told.video_codec) == ("video", 320, 180, "h264")
    assert told.duration_seconds == pytest.approx(1.5, abs=0.05)
    assert told.fps == pytest.approx(24, abs=0.1)
    assert told.has_sound == (name == "film.mp4")
    assert told.findings == ()
    assert told.thumbhash


def test_many_key_frames_are_looked_at_by_seeking(tmp_path: Path) -> None:
    path = ffmpeg(tmp_path / "keys.mp4", *FILM, *H264, "-g", "3")
    assert probe(path).findings == ()


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("color=black:s=320x180:r=24:d=2", "black"),
        ("color=0x336699:s=320x180:r=24:d=2", "blank"),
        ("testsrc2=s=320x180:r=24:d=0.05,loop=48:1:0", "frozen"),
    ],
)
def test_an_empty_film_is_found(source: str, code: str, tmp_path: Path) -> None:
    path = ffmpeg(tmp_path / "empty.mp4", *LINES, source, *H264)
    assert [one.code for one in probe(path).findings] == [code]


def test_a_silent_track_is_found(tmp_path: Path) -> None:
    path = ffmpeg(tmp_path / "mute.mp4", *FILM, *LINES, "anullsrc=d=1.5", *H264)
    told = probe(path)
    assert told.has_sound
    assert [one.code for one in told.findings] == ["silent"]


@pytest.mark.parametrize("part", [0.3, 0.7])
@pytest.mark.parametrize("name", ["film.mp4", "quick.mp4"])
def test_a_film_cut_short_is_found_out(name: str, part: float, tmp_path: Path) -> None:
    path = MAKERS[name](tmp_path / name)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(TaskFailed) as caught:
        probe(path)
    assert caught.value.code == "damaged_media"


def test_rubbish_after_a_good_head_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "rubbish.mp4"
    path.write_bytes(b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + bytes(range(256)) * 40)
    with pytest.raises(TaskFailed) as caught:
        probe(path)
    assert caught.value.code == "damaged_media"


def test_a_film_too_long_or_too_large_is_refused(tmp_path: Path) -> None:
    path = MAKERS["quick.mp4"](tmp_path / "quick.mp4")
    with pytest.raises(TaskFailed) as long:
        probe(path, seconds=1.0)
    with pytest.raises(TaskFailed) as large:
        probe(path, film_pixels=1000)
    assert (long.value.code, large.value.code) == ("too_long", "too_many_pixels")


def test_a_codec_that_is_not_on_the_list_is_named(tmp_path: Path) -> None:
    path = ffmpeg(tmp_path / "odd.mov", *FILM, "-c:v", "qtrle")
    with pytest.raises(TaskFailed, match="qtrle") as caught:
        probe(path)
    assert caught.value.code == "unsupported_media"


def test_sound_alone_in_a_film_container_is_sound(tmp_path: Path) -> None:
    path = ffmpeg(tmp_path / "alone.mp4", *TONE)
    told = probe(path)
    assert (told.kind, told.mime, told.extension) == ("audio", "audio/mp4", "m4a")
    assert set(render(path, told.kind, ("peaks", "preview"), tmp_path)) == {"peaks", "preview"}


def test_sound_alone_in_a_webm_is_sound(tmp_path: Path) -> None:
    path = ffmpeg(tmp_path / "alone.webm", *TONE, "-c:a", "libopus")
    told = probe(path)
    assert (told.kind, told.mime, told.extension, told.audio_codec) == ("audio", "audio/webm", "weba", "opus")
    assert set(render(path, told.kind, ("peaks", "preview"), tmp_path)) == {"peaks", "preview"}


def test_the_poster_shows_the_middle(tmp_path: Path) -> None:
    thirds = "color=red:s=320x180:r=24:d=1[a];color=lime:s=320x180:r=24:d=1[b];color=blue:s=320x180:r=24:d=1[c]"
    graph = f"{thirds};[a][b][c]concat=n=3"
    path = ffmpeg(tmp_path / "thirds.mp4", "-filter_complex", graph, *H264)
    for file in render(path, "video", ("poster", "thumb", "card"), tmp_path).values():
        with Image.open(file["path"]) as image:
            red, green, blue = image.convert("RGB").getpixel((100, 70))  # type: ignore[misc]
            assert green > 200
            assert max(red, blue) < 60


def test_a_poster_is_neither_heavy_nor_poor(tmp_path: Path) -> None:
    busy = ffmpeg(tmp_path / "busy.mp4", *LINES, "testsrc2=s=1280x720:r=24:d=0.5,noise=alls=60", *H264)
    made = render(busy, "video", ("poster",), tmp_path)
    assert made["poster"]["width"] == 640
    assert POSTER_BYTES[0] <= made["poster"]["size_bytes"] <= POSTER_BYTES[1]


@pytest.mark.parametrize(("size", "shown"), [("321x181", (321, 181)), ("99x301", (99, 301)), ("1280x400", (1280, 400))])
def test_odd_and_tall_films_get_a_light_preview(size: str, shown: tuple[int, int], tmp_path: Path) -> None:
    path = ffmpeg(tmp_path / "odd.mp4", *LINES, f"testsrc=s={size}:r=24:d=0.5", "-pix_fmt", "yuv444p")
    told = probe(path)
    assert (told.width, told.height) == shown
    preview = render(path, "video", ("preview",), tmp_path)["preview"]
    assert min(preview["width"], preview["height"]) <= 480
    assert preview["width"] / preview["height"] == pytest.approx(shown[0] / shown[1], rel=0.03)
    assert probe(Path(preview["path"])).duration_seconds == pytest.approx(0.5, abs=0.1)


def test_a_turned_film_is_shown_upright(tmp_path: Path) -> None:
    flat = ffmpeg(tmp_path / "flat.mp4", *LINES, "color=black:s=320x180:r=24:d=1,drawbox=w=160:c=white:t=fill", *H264)
    path = ffmpeg(tmp_path / "turned.mp4", "-display_rotation", "90", "-i", str(flat), "-c", "copy")
    shown = ffmpeg(tmp_path / "shown.png", "-i", str(path), "-frames:v", "1", "-update", "1")
    told = probe(path)
    assert (told.width, told.height) == (180, 320)
    poster = render(path, "video", ("poster",), tmp_path)["poster"]
    with Image.open(poster["path"]) as ours, Image.open(shown) as theirs:
        assert ours.size == theirs.size == (180, 320)
        for place in ((90, 40), (90, 280)):
            assert ours.convert("L").getpixel(place) == pytest.approx(theirs.convert("L").getpixel(place), abs=12)


def test_renditions_of_a_marked_film_carry_the_marks_on(tmp_path: Path) -> None:
    path = MAKERS["film.mp4"](tmp_path / "film.mp4")
    mark(path, tmp_path / "credentials")
    made = render(path, "video", ("poster", "card", "preview"), tmp_path / "credentials")
    for file in made.values():
        report = verify(Path(file["path"]), tmp_path / "credentials")
        assert (report.state, report.source, report.parents) == ("valid", "algorithmicMedia", ("Original",))
        assert b"digitalsourcetype/algorithmicMedia" in Path(file["path"]).read_bytes()


def test_renditions_of_an_unmarked_film_tell_nothing(tmp_path: Path) -> None:
    path = ffmpeg(tmp_path / "private.mp4", *FILM, *H264, "-metadata", "comment=a secret place")
    assert b"secret" in path.read_bytes()
    for file in render(path, "video", ("poster", "preview"), tmp_path).values():
        assert b"secret" not in Path(file["path"]).read_bytes()
