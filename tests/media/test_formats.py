"""A file is what its bytes say, whatever it is called."""

from pathlib import Path

import pytest

from photoplay.media import NotMedia, UnsupportedMedia, sniff, sniff_file
from tests.media.made import FILM, MAKERS, TONE, ffmpeg, picture

TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
}


@pytest.mark.parametrize("name", MAKERS)
def test_content_decides_and_not_the_name(name: str, tmp_path: Path) -> None:
    made = MAKERS[name](tmp_path / name)
    misnamed = made.rename(tmp_path / "holiday.txt")
    assert sniff_file(misnamed).mime == TYPES[name.split(".")[1]]


def test_gif_webm_and_ogg_are_known(tmp_path: Path) -> None:
    picture().save(tmp_path / "a.gif")
    ffmpeg(tmp_path / "a.webm", *FILM, "-b:v", "100k", "-deadline", "realtime")
    ffmpeg(tmp_path / "a.ogg", *TONE)
    mimes = [sniff_file(path).mime for path in sorted(tmp_path.iterdir())]
    assert mimes == ["image/gif", "audio/ogg", "video/webm"]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b"<svg xmlns=", "an SVG drawing"),
        (b"  <?xml version", "SVG"),
        (b"II*\0", "a TIFF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC"),
        (b"RIFF\0\0\0\0AVI LIST", "an AVI"),
        (b"OggS" + bytes(24) + b"\x80theora", "an Ogg film"),
    ],
)
def test_what_is_not_taken_is_named(head: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(head)
    with pytest.raises(UnsupportedMedia, match=words):
        sniff_file(path)


@pytest.mark.parametrize(
    "head", [b"", b"hello", b"PK\x03\x04", b"\x7fELF", b"\xff\xf1\x50\x80", b"#EXTM3U\n", b"ffconcat version 1.0"]
)
def test_what_is_no_media_is_refused(head: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(head)
    assert sniff(head) is None
    with pytest.raises(NotMedia):
        sniff_file(path)
