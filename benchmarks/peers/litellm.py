"""LiteLLM's proxy in front of the same simulated vendor, by turns with the studio: `python -m benchmarks.peers.litellm`.

Fetches LiteLLM from the package index at its first run, into an environment of its own below the cache folder. It hands the
answer on and keeps neither file nor row; the studio, here without media work, stores both. Times are of this machine in these
minutes; what is promised is how they compare.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.door import Door, Load, crowd, in_turns
from benchmarks.figure import Figure, row, table
from benchmarks.studio import running_studio
from benchmarks.vendor import running_vendor
from benchmarks.vendor_pictures import RUNS, VENDOR_SECONDS, WITHOUT_MEDIA, added, studio_at, vendor_at
from photoplay.core.ports import free_port

PINS: Final = ("litellm[proxy]==1.106.2", "fastapi==0.165.0", "uvicorn==0.54.0", "openai==2.54.0", "aiohttp==3.14.5")
KEY: Final = "sk-bench"
LONGEST_START_SECONDS: Final = 180.0
STARTS: Final = 5


@dataclass(frozen=True)
class Measured:
    """What was found at one door: what it adds, crowds with the picture in the answer and at an address, and its starts."""

    added_ms: Figure
    some: Load
    many: Load
    by_address: Load
    starts: Sequence[float]


def main() -> None:
    """Prints the table."""
    theirs, ours = _starts()
    with running_vendor("benchmarks.vendor", str(VENDOR_SECONDS)) as origin:
        url = f"{origin}/v1"
        with proxy_to(url) as peer, studio_at(url, WITHOUT_MEDIA) as studio:
            alone, through_peer, through_us = asyncio.run(in_turns([vendor_at(url), peer, studio], RUNS))
            loads = [(_crowd(door, 320, 32), _crowd(door, 512, 128)) for door in (peer, studio)]
        url = f"{origin}/by-address/v1"
        with proxy_to(url) as peer, studio_at(url, WITHOUT_MEDIA, model="custom-openai:server") as studio:
            by_address = [_crowd(door, 320, 32) for door in (peer, studio)]
    litellm = Measured(added("LiteLLM: added", alone, through_peer), *loads[0], by_address[0], theirs)
    photoplay = Measured(added("the studio: added", alone, through_us), *loads[1], by_address[1], ours)
    found = [*_told("LiteLLM", litellm), *_told("the studio", photoplay), *_compared(litellm, photoplay)]
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores, {', '.join(PINS[:1])}\n")
    print(table([row(figure) for figure in found]))


def _crowd(door: Door, count: int, at_once: int) -> Load:
    return asyncio.run(crowd(door, count, at_once=at_once))


def _starts() -> tuple[list[float], list[float]]:
    """Seconds from the command to ready, LiteLLM's and ours by turns; the first of each makes bytecode and is not counted."""
    theirs, ours = list[float](), list[float]()
    with tempfile.TemporaryDirectory(prefix="photoplay-bench-") as folder:
        for _turn in range(STARTS + 1):
            began = time.perf_counter()
            with proxy_to("http://127.0.0.1:9"):
                theirs.append(time.perf_counter() - began)
            with running_studio(Path(folder)) as studio:
                ours.append(studio.seconds_to_ready)
    return theirs[1:], ours[1:]


def _told(name: str, found: Measured) -> list[Figure]:
    return [
        found.added_ms,
        Figure(f"{name}: CPU a request", "ms", [found.some.cpu_ms]),
        Figure(f"{name}: requests a second, 32 at once", "/s", [found.some.a_second]),
        Figure(f"{name}: 95 of 100 requests, 128 at once", "s", [found.many.p95_seconds]),
        Figure(
            f"{name}: highest memory, 128 at once", "MB", [found.many.peak_bytes / 1e6], note="PSS of the whole tree"
        ),
        Figure(f"{name}: CPU a request, at an address", "ms", [found.by_address.cpu_ms]),
        Figure(f"{name}: from the command to ready", "s", found.starts),
    ]


def _compared(peer: Measured, ours: Measured) -> list[Figure]:
    """Ours by theirs, with what PERFORMANCE promises of it (P1-P3, P13) on the machine where theirs was measured for it."""
    starts = [mine / other for mine, other in zip(ours.starts, peer.starts, strict=True)]
    return [
        Figure("P1 added, ours by theirs", "x", [ours.added_ms.median / peer.added_ms.median], 30 / 13.4),
        Figure("P2 CPU a request", "x", [ours.some.cpu_ms / peer.some.cpu_ms], 20 / 14.5),
        Figure("P2 requests a second, theirs by ours", "x", [peer.some.a_second / ours.some.a_second], 1 / 0.8),
        Figure("P2 95 of 100 requests", "x", [ours.many.p95_seconds / peer.many.p95_seconds], 0.8),
        Figure("P2 highest memory", "x", [ours.many.peak_bytes / peer.many.peak_bytes], 0.5),
        Figure("P3 CPU a request, at an address", "x", [ours.by_address.cpu_ms / peer.by_address.cpu_ms], 12 / 7.3),
        Figure("P13 from the command to ready", "x", starts, 0.35),
    ]


@contextmanager
def proxy_to(url: str) -> Iterator[Door]:
    """A running proxy with one model, which is that vendor's."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="photoplay-bench-") as folder:
        settings = Path(folder) / "config.yaml"
        settings.write_text(
            "model_list:\n- model_name: picture\n  litellm_params:\n    model: openai/gpt-image-1-mini\n"
            f"    api_base: {url}\n    api_key: made-up\n  model_info: {{mode: image_generation}}\n"
            f"general_settings: {{master_key: {KEY}}}\nlitellm_settings: {{telemetry: false, num_retries: 0}}\n"
        )
        command = [str(_environment() / "bin" / "litellm"), "--config", str(settings), "--host", "127.0.0.1"]
        process = subprocess.Popen(
            [*command, "--port", str(port), "--num_workers", "1", "--keepalive_timeout", "75"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "HOME": folder, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        )
        try:
            _until_ready(port)
            body = {"model": "picture", "n": 1, "quality": "low", "size": "1024x1024"}
            headers = {"Authorization": f"Bearer {KEY}"}
            yield Door(f"http://127.0.0.1:{port}/v1/images/generations", body, headers, process.pid)
        finally:
            process.kill()
            process.wait()


def _environment() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "photoplay-bench"
    folder = cache / PINS[0].replace("[proxy]==", "-")
    if not (folder / "bin" / "litellm").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", *PINS], check=True)
    return folder


def _until_ready(port: int) -> None:
    began = time.monotonic()
    while time.monotonic() - began < LONGEST_START_SECONDS:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/liveliness", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError("LiteLLM's proxy did not become ready.")


if __name__ == "__main__":
    main()
