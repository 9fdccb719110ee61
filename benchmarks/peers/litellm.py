"""LiteLLM's proxy in front of the same simulated vendor, by turns with the studio: `python -m benchmarks.peers.litellm`.

Fetches LiteLLM from the package index at its first run, into an environment of its own below the cache folder. It hands the
answer on and keeps neither file nor row; the studio, here without media work, stores both.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.door import Door, Load, crowd, in_turns
from benchmarks.figure import Figure, row, table
from benchmarks.studio import free_port
from benchmarks.vendor import running_vendor
from benchmarks.vendor_pictures import RUNS, VENDOR_SECONDS, WITHOUT_MEDIA, added, studio_at, vendor_at

PINS: Final = ("litellm[proxy]==1.106.2", "fastapi==0.165.0", "uvicorn==0.54.0", "openai==2.54.0", "aiohttp==3.14.5")
KEY: Final = "sk-bench"
LONGEST_START_SECONDS: Final = 180.0


def main() -> None:
    """Prints the table."""
    with running_vendor("benchmarks.vendor", str(VENDOR_SECONDS)) as origin:
        url = f"{origin}/v1"
        with proxy_to(url) as peer, studio_at(url, WITHOUT_MEDIA) as ours:
            alone, theirs, through = asyncio.run(in_turns([vendor_at(url), peer, ours], RUNS))
            found = [added("added by LiteLLM", alone, theirs), added("added by the studio", alone, through)]
            for name, door in (("LiteLLM", peer), ("the studio", ours)):
                some, many = asyncio.run(crowd(door, 320, at_once=32)), asyncio.run(crowd(door, 512, at_once=128))
                found += _crowds(name, some, many)
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores, {', '.join(PINS[:1])}\n")
    print(table([row(figure) for figure in found]))


def _crowds(name: str, some: Load, many: Load) -> list[Figure]:
    return [
        Figure(f"{name}: CPU a request", "ms", [some.cpu_ms]),
        Figure(f"{name}: requests a second, 32 at once", "/s", [some.a_second]),
        Figure(f"{name}: 95 of 100 requests, 128 at once", "s", [many.p95_seconds]),
        Figure(f"{name}: highest memory, 128 at once", "MB", [many.peak_bytes / 1e6], note="PSS of the whole tree"),
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
