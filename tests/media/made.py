"""Media files made by code, and the child's tasks called in this process."""

import hashlib
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
from PIL import Image

from photoplay.media import CredentialReport, Finding, Limits, Marked, Marks, Probe, SourceType
from photoplay.media.tasks import TASKS

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
FILM = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=24:d=1.5")
TONE = ("-f", "lavfi", "-i", "sine=440:d=1.5")
H264 = ("-pix_fmt", "yuv420p", "-preset", "ultrafast")
MARKS = Marks(
    source=SourceType.ALGORITHMIC,
    model="local:scene",
    made_at=datetime(2026, 11, 21, 8, 5, tzinfo=UTC),
    model_version="1",
    prompt='a "calm" ocean & <sun>,\nzwei Möwen 🌊',
    title="Calm ocean",
)


def picture(size: tuple[int, int] = (120, 81), mode: str = "RGB") -> Image.Image:
    """A picture with structure in every channel."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / 7 + part) * np.cos(y / 5 - part) for part in (0.0, 1.0, 2.0)]
    colours = np.stack([(wave * 110 + 128).astype(np.uint8) for wave in waves], axis=-1)
    image = Image.fromarray(colours)
    if mode == "RGBA":
        image.putalpha(image.convert("L"))
    return image if image.mode == mode else image.convert(mode)


def ffmpeg(path: Path, *words: str) -> Path:
    """A file that ffmpeg makes."""
    subprocess.run([FFMPEG, "-v", "error", "-y", *words, str(path)], check=True)
    return path


def _picture_file(path: Path, **options: Any) -> Path:
    mode = options.pop("mode", "RGB")
    picture(mode=mode).save(path, **options)
    return path


MAKERS: Mapping[str, Callable[[Path], Path]] = {
    "plain.png": _picture_file,
    "alpha.png": lambda path: _picture_file(path, mode="RGBA"),
    "plain.jpg": _picture_file,
    "lossy.webp": _picture_file,
    "lossless.webp": lambda path: _picture_file(path, lossless=True),
    "alpha.webp": lambda path: _picture_file(path, mode="RGBA"),
    "plain.avif": _picture_file,
    "film.mp4": lambda path: ffmpeg(path, *FILM, *TONE, *H264),
    "quick.mp4": lambda path: ffmpeg(path, *FILM, *H264, "-movflags", "+faststart"),
    "parts.mp4": lambda path: ffmpeg(path, *FILM, *H264, "-movflags", "frag_keyframe+empty_moov"),
    "film.mov": lambda path: ffmpeg(path, *FILM, *H264),
    "tone.wav": lambda path: ffmpeg(path, *TONE),
    "tone.mp3": lambda path: ffmpeg(path, *TONE),
    "tagged.mp3": lambda path: ffmpeg(path, *TONE, "-id3v2_version", "3", "-metadata", "title=x"),
    "bare.mp3": lambda path: ffmpeg(path, *TONE, "-id3v2_version", "0", "-write_xing", "0"),
    "tone.flac": lambda path: ffmpeg(path, *TONE),
    "tone.m4a": lambda path: ffmpeg(path, *TONE),
}
"""One file of each container that takes marks."""


def digest(path: Path) -> str:
    """A hash of what is seen and heard, decoded, whatever else is in the file."""
    if path.suffix in (".png", ".jpg", ".webp", ".avif"):
        with Image.open(path) as image:
            return hashlib.sha256(image.convert("RGBA").tobytes()).hexdigest()
    decoded = subprocess.run(
        [FFMPEG, "-v", "error", "-i", str(path), "-f", "framemd5", "-"], capture_output=True, check=True
    )
    return hashlib.sha256(decoded.stdout).hexdigest()


def _quiet(done: float, of: float, **details: Any) -> None:
    """Progress that nobody listens to."""


def probe(path: Path, **limits: Any) -> Probe:
    """The task `probe`, in this process. Raises `TaskFailed`."""
    line = TASKS["probe"]({"path": str(path), "limits": {**vars(Limits()), **limits}}, _quiet)
    return Probe(**{**line, "findings": tuple(Finding(**one) for one in line["findings"])})


def mark(path: Path, credentials: Path, marks: Marks = MARKS, parents: Mapping[Path, str] | None = None) -> Marked:
    """The task `mark`, in this process."""
    words = {**vars(marks), "made_at": marks.made_at.isoformat()}
    others = [{"path": str(one), "title": title} for one, title in (parents or {}).items()]
    params = {"path": str(path), "marks": words, "parents": others, "credentials": str(credentials)}
    return Marked(**TASKS["mark"](params, _quiet))


def verify(path: Path, credentials: Path) -> CredentialReport:
    """The task `verify`, in this process."""
    line = TASKS["verify"]({"path": str(path), "credentials": str(credentials)}, _quiet)
    return CredentialReport(**line)


def render(path: Path, kind: str, roles: tuple[str, ...], credentials: Path) -> dict[str, dict[str, Any]]:
    """The task `renditions`, in this process: what came out, by role, in a folder beside the file."""
    folder = path.with_name(f"{path.name}.renditions")
    folder.mkdir()
    params = {"path": str(path), "kind": kind, "roles": roles, "folder": str(folder), "limits": vars(Limits())}
    answer = TASKS["renditions"]({**params, "credentials": str(credentials)}, _quiet)
    return {file["role"]: file for file in answer["files"]}
