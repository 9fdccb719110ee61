"""Sound: probed, judged, refused when broken, drawn as a waveform."""

import json
from pathlib import Path

import pytest

from photoplay.core.child_main import TaskFailed
from tests.media.made import MAKERS, TONE, ffmpeg, mark, probe, render, verify

SOURCE = ("-f", "lavfi", "-i")


@pytest.mark.parametrize("name", ["tone.wav", "tone.mp3", "tagged.mp3", "bare.mp3", "tone.flac", "tone.m4a"])
def test_a_sound_tells_what_it_is(name: str, tmp_path: Path) -> None:
    told = probe(MAKERS[name](tmp_path / name))
    assert (told.kind, told.sample_rate_hz, told.channels) == ("audio", 44100, 1)
    assert told.duration_seconds == pytest.approx(1.5, abs=0.1)
    assert (told.width, told.thumbhash, told.findings) == (None, None, ())


@pytest.mark.parametrize("layout", ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le"])
def test_every_sample_format_is_heard_alike(layout: str, tmp_path: Path) -> None:
    path = ffmpeg(tmp_path / "tone.wav", *SOURCE, "sine=440:d=1,volume=4", "-ac", "2", "-c:a", layout)
    assert probe(path).findings == ()
    made = render(path, "audio", ("peaks",), tmp_path)
    peaks = json.loads(Path(made["peaks"]["path"]).read_text())["peaks"]
    assert max(peaks) == pytest.approx(0.35, abs=0.05)


def test_silence_is_found(tmp_path: Path) -> None:
    assert [one.code for one in probe(ffmpeg(tmp_path / "mute.wav", *SOURCE, "anullsrc=d=1")).findings] == ["silent"]


def test_cut_tops_are_found(tmp_path: Path) -> None:
    path = ffmpeg(tmp_path / "loud.wav", *SOURCE, "sine=440:d=1,volume=30dB")
    assert [one.code for one in probe(path).findings] == ["clipped"]


@pytest.mark.parametrize(("seconds", "count"), [(0.2, 200), (3, 200), (20, 400), (60, 800)])
def test_a_waveform_has_between_200_and_800_numbers(seconds: float, count: int, tmp_path: Path) -> None:
    path = ffmpeg(tmp_path / "tone.wav", *SOURCE, f"sine=440:d={seconds}:r=8000")
    made = render(path, "audio", ("peaks",), tmp_path)
    told = json.loads(Path(made["peaks"]["path"]).read_text())
    assert len(told["peaks"]) == count
    assert all(0 <= level <= 1 for level in told["peaks"])
    assert told["duration_seconds"] == pytest.approx(seconds, abs=0.01)


def test_a_waveform_follows_the_sound(tmp_path: Path) -> None:
    path = ffmpeg(tmp_path / "late.wav", *SOURCE, "sine=440:d=4,volume='if(lt(t,2),0,4)':eval=frame")
    peaks = json.loads(Path(render(path, "audio", ("peaks",), tmp_path)["peaks"]["path"]).read_text())["peaks"]
    assert max(peaks[:95]) < 0.01
    assert min(peaks[105:]) > 0.4


@pytest.mark.parametrize("name", ["tone.wav", "tone.flac", "tone.m4a"])
def test_a_sound_cut_short_is_found_out(name: str, tmp_path: Path) -> None:
    path = MAKERS[name](tmp_path / name)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3])
    with pytest.raises(TaskFailed) as caught:
        probe(path)
    assert caught.value.code == "damaged_media"


def test_rubbish_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "rubbish.mp3"
    path.write_bytes(b"ID3\x04\0\0\0\0\0\0" + bytes(range(256)) * 20)
    with pytest.raises(TaskFailed) as caught:
        probe(path)
    assert caught.value.code == "damaged_media"


def test_a_cover_picture_does_not_make_it_a_film(tmp_path: Path) -> None:
    cover = ffmpeg(tmp_path / "cover.jpg", *SOURCE, "testsrc2=s=64x64", "-frames:v", "1", "-update", "1")
    words = ("-i", str(cover), *TONE, "-map", "1:a", "-map", "0:v", "-c:v", "copy", "-disposition:v", "attached_pic")
    for name in ("cover.m4a", "cover.mp3", "cover.flac"):
        assert probe(ffmpeg(tmp_path / name, *words)).kind == "audio"


def test_a_compressed_copy_of_a_marked_sound_carries_the_marks_on(tmp_path: Path) -> None:
    path = MAKERS["tone.wav"](tmp_path / "tone.wav")
    mark(path, tmp_path / "credentials")
    made = render(path, "audio", ("peaks", "preview"), tmp_path / "credentials")
    report = verify(Path(made["preview"]["path"]), tmp_path / "credentials")
    assert (report.state, report.source, report.parents) == ("valid", "algorithmicMedia", ("Original",))
    assert probe(Path(made["preview"]["path"])).mime == "audio/mp4"
