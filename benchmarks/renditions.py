"""Renditions against sharp and the ffmpeg program, in the same run (PERFORMANCE P8, P9, P10)."""

import asyncio
import json
import math
import os
import shutil
import subprocess
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import imageio_ffmpeg
import numpy as np
from PIL import Image

from benchmarks.figure import Figure
from benchmarks.studio import tree
from photoplay.makers import Makers
from photoplay.media import MediaWorker

RUNS = 9
PROMPTS = (
    "calm ocean at sunset",
    "a violet nebula",
    "desert dunes at noon",
    "city at night",
    "forest in fog",
    "rain on glass",
)
"""What the studio itself paints, smooth and rich; beside them one picture as noisy as a photograph."""
AVIF_RUNS = 3
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


def figures() -> Iterator[Figure]:
    """Each through the front door of `media`, child process included, once it is warm."""
    with tempfile.TemporaryDirectory(prefix="photoplay-bench-") as name:
        folder = Path(name)
        pictures = [_noise(folder / "noise.png"), *asyncio.run(_painted(folder))]
        sharp = _Sharp(folder)
        yield from _webp(folder, pictures, sharp)
        yield from _avif(folder, pictures, sharp)
        yield from _poster(folder, _film(folder / "film.mp4"))


class _Sharp:
    """The peer, installed by npm into a folder that is thrown away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "sharp"
        self._folder.mkdir()
        if shutil.which("npm") is None:
            raise RuntimeError("This bench compares with sharp, so it needs Node.js: apt-get install nodejs npm.")
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "sharp"]
        subprocess.run(command, cwd=self._folder, capture_output=True, timeout=180, check=True)

    def run(self, picture: Path, wanted: Sequence[dict[str, Any]], *, runs: int = RUNS) -> Any:
        """Seconds of each run, bytes of each file, highest memory. The files lie in `out`."""
        script = Path(__file__).with_name("sharp.mjs")
        command = ["node", str(script), str(picture), str(self._folder), str(runs), json.dumps(wanted)]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, timeout=300, check=True)
        return json.loads(done.stdout)

    def out(self, index: int, form: str) -> Path:
        """Where the last run left a file."""
        return self._folder / f"{index}.{form}"


def _webp(folder: Path, pictures: Sequence[Path], sharp: _Sharp) -> Iterator[Figure]:
    wanted: list[dict[str, Any]] = [
        {"format": "webp", "options": {}},
        {"format": "webp", "options": {}, "width": 256},
    ]
    ours = asyncio.run(_render(folder, pictures, "image", ("webp", "thumb")))
    peers = [sharp.run(picture, wanted) for picture in pictures]
    walls = [one.milliseconds for one in ours.made]
    note = f"{median(walls):.0f} ms, sharp {median([_ms(peer) for peer in peers]):.0f} ms"
    sizes = [one.bytes / peer["bytes"][0] for one, peer in zip(ours.made, peers, strict=True)]
    equal = [
        one.bytes / _equal_bytes(picture, one.path, sharp, form="webp", lowest=60)
        for picture, one in zip(pictures, ours.made, strict=True)
    ]
    yield Figure("WebP and thumbnail by sharp's time", "x", _by(walls, peers), 0.65, note)
    yield Figure("WebP by sharp's bytes, both at 80", "x", sizes, 1.10)
    yield Figure("WebP by sharp's bytes, equal PSNR", "x", equal)
    highest = max(peer["peak_mb"] for peer in peers)
    yield Figure("memory by sharp's", "x", [ours.peak_mb / highest], 0.5, f"{ours.peak_mb:.0f} MB, sharp {highest:.0f}")


def _avif(folder: Path, pictures: Sequence[Path], sharp: _Sharp) -> Iterator[Figure]:
    ours = asyncio.run(_render(folder, pictures, "image", ("avif",)))
    times, sizes, peer_ms = [], [], []
    for picture, one in zip(pictures, ours.made, strict=True):
        quality = _equal(picture, one.path, sharp, form="avif", lowest=30)
        peer = sharp.run(picture, [{"format": "avif", "options": {"quality": quality}}], runs=AVIF_RUNS)
        peer_ms.append(_ms(peer))
        times.append(one.milliseconds / _ms(peer))
        sizes.append(one.bytes / peer["bytes"][0])
    note = f"{median([one.milliseconds for one in ours.made]):.0f} ms, sharp {median(peer_ms):.0f} ms"
    yield Figure("AVIF by sharp's time, equal PSNR", "x", times, 0.15, note)
    yield Figure("AVIF by sharp's bytes, equal PSNR", "x", sizes, 1.30)


def _poster(folder: Path, film: Path) -> Iterator[Figure]:
    ours = asyncio.run(_render(folder, [film], "video", ("poster",))).made[0]
    peer = [_ffmpeg_frame(film, folder / "frame.jpg") for _ in range(RUNS)]
    note = f"ffmpeg program {median(peer) * 1000:.0f} ms"
    yield Figure("middle frame of a 1080p film", "ms", ours.runs, 500 * median(peer), note)


@dataclass(frozen=True)
class _Made:
    """The rendition of one picture that was asked for first: its file, and the milliseconds of each run."""

    path: Path
    runs: Sequence[float]

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size

    @property
    def milliseconds(self) -> float:
        return median(self.runs)


@dataclass(frozen=True)
class _Rendered:
    made: Sequence[_Made]
    peak_mb: float
    """The most memory that a child process held."""


async def _render(folder: Path, paths: Sequence[Path], kind: str, roles: tuple[str, ...]) -> _Rendered:
    worker, made = MediaWorker(folder / "credentials"), []
    try:
        for path in paths:
            runs, first = list[float](), path
            for run in range(RUNS + 1):
                out = folder / f"{path.stem}-{roles[0]}-{run}"
                out.mkdir()
                began = time.perf_counter()
                files = await worker.render(path, kind, roles, out)
                runs.append((time.perf_counter() - began) * 1000)
                first = next(file.path for file in files if file.role == roles[0])
            made.append(_Made(first, runs[1:]))
        peak = max(_highest_mb(pid) for pid in tree(os.getpid())[1:])
    finally:
        await worker.close()
    return _Rendered(made, peak)


def _highest_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM"))


def _equal_bytes(picture: Path, ours: Path, sharp: _Sharp, *, form: str, lowest: int) -> int:
    _equal(picture, ours, sharp, form=form, lowest=lowest)
    return sharp.out(0, form).stat().st_size


def _equal(picture: Path, ours: Path, sharp: _Sharp, *, form: str, lowest: int, highest: int = 95) -> int:
    """The lowest quality at which the peer's file is as near to the picture as ours. Its file then lies in `out`."""
    wanted = _psnr(picture, ours)

    def reaches(quality: int) -> bool:
        sharp.run(picture, [{"format": form, "options": {"quality": quality}}], runs=1)
        return _psnr(picture, sharp.out(0, form)) >= wanted

    quality = lowest + bisect_left(range(lowest, highest), True, key=reaches)
    reaches(quality)
    return quality


def _psnr(one: Path, other: Path) -> float:
    first, second = (np.asarray(Image.open(path).convert("RGB"), dtype=np.float64) for path in (one, other))
    return float(10 * math.log10(255**2 / float(((first - second) ** 2).mean())))


def _by(milliseconds: Sequence[float], peers: Sequence[Any]) -> list[float]:
    return [ours / _ms(peer) for ours, peer in zip(milliseconds, peers, strict=True)]


def _ms(peer: Any) -> float:
    return float(median(peer["seconds"])) * 1000


async def _painted(folder: Path) -> list[Path]:
    makers, paths = Makers(), []
    try:
        for seed, prompt in enumerate(PROMPTS):
            params = {"prompt": prompt, "seed": seed, "aspect": "1:1", "size": 1024}
            reading = await makers.read(prompt, params)
            out = folder / f"painted-{seed}"
            out.mkdir()
            await makers.make("text-to-image", {**params, **reading.params, "out_dir": str(out)})
            paths.append(next(out.glob("*.png")).rename(folder / f"painted-{seed}.png"))
    finally:
        await makers.close()
    return paths


def _noise(path: Path) -> Path:
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
