"""Renditions against sharp and the ffmpeg program, in the same run (PERFORMANCE P8, P9, P10)."""

import asyncio
import json
import math
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
from PIL import Image

from benchmarks.figure import Figure
from photoplay.media import MediaWorker

RUNS = 9
SHARP_MS, SHARP_BYTES = 110.0, 52_000.0
"""What sharp took when it was measured for PERFORMANCE, where it cannot be installed now."""
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


def figures() -> Iterator[Figure]:
    """Each through the front door of `media`, child process included, once it is warm."""
    with tempfile.TemporaryDirectory(prefix="photoplay-bench-") as name:
        folder = Path(name)
        picture, film = _picture(folder / "picture.png"), _film(folder / "film.mp4")
        sharp = _Sharp(folder)
        yield from _webp(folder, picture, sharp)
        yield from _avif(folder, picture, sharp)
        yield from _poster(folder, film)


class _Sharp:
    """The peer, installed by npm into a folder that is thrown away; absent without npm."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "sharp"
        self._folder.mkdir()
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "sharp"]
        self.is_here = shutil.which("npm") is not None and (
            subprocess.run(command, cwd=self._folder, capture_output=True, timeout=180, check=False).returncode == 0
        )

    def run(self, picture: Path, wanted: Sequence[dict[str, Any]], *, runs: int = RUNS) -> Any:
        """Seconds of each run, bytes of each file, highest memory. The files lie in `out`."""
        script = Path(__file__).with_name("sharp.mjs")
        command = ["node", str(script), str(picture), str(self._folder), str(runs), json.dumps(wanted)]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, timeout=300, check=True)
        return json.loads(done.stdout)

    def out(self, index: int, form: str) -> Path:
        """Where the last run left a file."""
        return self._folder / f"{index}.{form}"


def _webp(folder: Path, picture: Path, sharp: _Sharp) -> Iterator[Figure]:
    seconds, files = asyncio.run(_render(folder, picture, "image", ("webp", "thumb")))
    size = files["webp"].stat().st_size
    peer_ms, peer_bytes = SHARP_MS, SHARP_BYTES
    note = "sharp as measured for PERFORMANCE"
    if sharp.is_here:
        quality = _equal(picture, files["webp"], sharp, form="webp", qualities=range(60, 96, 3))
        wanted: list[dict[str, Any]] = [
            {"format": "webp", "options": {"quality": quality}},
            {"format": "webp", "options": {}, "width": 256},
        ]
        peer = sharp.run(picture, wanted)
        peer_ms, peer_bytes = statistics.median(peer["seconds"]) * 1000, peer["bytes"][0]
        note = f"sharp {peer_ms:.0f} ms, {peer_bytes / 1000:.0f} kB at equal PSNR (q{quality})"
    yield Figure("PNG 1024 to WebP and thumbnail", "ms", [one * 1000 for one in seconds], 0.65 * peer_ms, note)
    yield Figure("bytes of the WebP", "kB", [size / 1000], 1.10 * peer_bytes / 1000, note)


def _avif(folder: Path, picture: Path, sharp: _Sharp) -> Iterator[Figure]:
    seconds, files = asyncio.run(_render(folder, picture, "image", ("avif",)))
    size = files["avif"].stat().st_size
    if not sharp.is_here:
        yield Figure("PNG 1024 to AVIF", "s", seconds, 0.15 * 2.1, "sharp as measured for PERFORMANCE: 2.1 s")
        return
    quality = _equal(picture, files["avif"], sharp, form="avif", qualities=range(45, 86, 5))
    peer = sharp.run(picture, [{"format": "avif", "options": {"quality": quality}}], runs=3)
    middle = statistics.median(peer["seconds"])
    note = f"sharp {middle:.2f} s, {peer['bytes'][0] / 1000:.0f} kB at equal PSNR (q{quality})"
    yield Figure("PNG 1024 to AVIF", "s", seconds, 0.15 * middle, note)
    yield Figure("bytes of the AVIF", "kB", [size / 1000], 1.30 * peer["bytes"][0] / 1000, note)


def _poster(folder: Path, film: Path) -> Iterator[Figure]:
    seconds, _ = asyncio.run(_render(folder, film, "video", ("poster",)))
    peer = [_ffmpeg_frame(film, folder / "frame.jpg") for _ in range(RUNS)]
    note = f"ffmpeg program {statistics.median(peer) * 1000:.0f} ms"
    yield Figure(
        "middle frame of a 1080p film", "ms", [one * 1000 for one in seconds], 500 * statistics.median(peer), note
    )


async def _render(folder: Path, path: Path, kind: str, roles: tuple[str, ...]) -> tuple[list[float], dict[str, Path]]:
    worker = MediaWorker(folder / "credentials")
    seconds, files = [], {}
    try:
        for run in range(RUNS + 1):
            out = folder / f"{roles[0]}-{run}"
            out.mkdir()
            began = time.perf_counter()
            made = await worker.render(path, kind, roles, out)
            seconds.append(time.perf_counter() - began)
            files = {file.role: file.path for file in made}
    finally:
        await worker.close()
    return seconds[1:], {str(role): file for role, file in files.items()}


def _equal(picture: Path, ours: Path, sharp: _Sharp, *, form: str, qualities: range) -> int:
    """The lowest quality at which the peer's file is as near to the picture as ours, or the highest there is."""
    wanted = _psnr(picture, ours)
    for quality in qualities:
        sharp.run(picture, [{"format": form, "options": {"quality": quality}}], runs=1)
        if _psnr(picture, sharp.out(0, form)) >= wanted:
            return quality
    return qualities[-1]


def _psnr(one: Path, other: Path) -> float:
    first, second = (np.asarray(Image.open(path).convert("RGB"), dtype=np.float64) for path in (one, other))
    return float(10 * math.log10(255**2 / float(((first - second) ** 2).mean())))


def _picture(path: Path) -> Path:
    """Clouds over a horizon, as noisy as a photograph."""
    random, size = np.random.default_rng(7), 1024
    field = np.zeros((size, size))
    for octave in range(2, 10):
        small = random.random((2**octave, 2**octave)).astype(np.float32)
        scaled = Image.fromarray(small).resize((size, size), Image.Resampling.BICUBIC)
        field += np.asarray(scaled) / 1.4**octave
    field = (field - field.min()) / (field.max() - field.min())
    light = np.linspace(0.35, 1, size)[:, None] * field
    rgb = np.stack([light**power for power in (0.8, 1.1, 1.5)], axis=2)
    Image.fromarray((rgb * 255).astype(np.uint8)).save(path)
    return path


def _film(path: Path) -> Path:
    source = "testsrc2=size=1920x1080:rate=24:duration=10"
    command = [
        FFMPEG,
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        source,
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-g",
        "48",
        path,
    ]
    subprocess.run(command, check=True, timeout=120)
    return path


def _ffmpeg_frame(film: Path, out: Path) -> float:
    began = time.perf_counter()
    command = [
        FFMPEG,
        "-v",
        "error",
        "-y",
        "-ss",
        "5",
        "-i",
        film,
        "-frames:v",
        "1",
        "-vf",
        "scale=640:-2",
        "-q:v",
        "3",
        out,
    ]
    subprocess.run(command, check=True, timeout=60)
    return time.perf_counter() - began
