"""Pictures of a simulated vendor through the studio: what it adds to the vendor's own time, and a crowd (issue 3; P1-P3)."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from benchmarks.door import Door, Load, crowd, in_turns
from benchmarks.figure import Figure
from benchmarks.studio import PHOTOPLAY, RunningStudio, running_studio
from benchmarks.vendor import running_vendor

VENDOR_SECONDS: Final = 0.2
JOB_SECONDS: Final = 2.0
SANDBOX_SECONDS: Final = 8.0
"""What the sandbox's OpenAI takes for a picture at its own pace."""
RUNS: Final = 20
MODEL: Final = "openai:gpt-image-1-mini"
WITH_MEDIA: Final = (str(PHOTOPLAY),)
WITHOUT_MEDIA: Final = (sys.executable, "-m", "benchmarks.without_media")
PICTURE: Final[Mapping[str, Any]] = {"quality": "low", "size": "1024x1024"}


def figures() -> Iterator[Figure]:
    """The whole studio on the sandbox, then without media work on a vendor that costs next to nothing."""
    with sandbox(VENDOR_SECONDS) as url, studio_at(url, WITH_MEDIA) as door:
        alone, through = asyncio.run(in_turns([vendor_at(url), door], RUNS))
        yield added("added to a vendor of 200 ms, all told", alone, through, at_most=120)
    with sandbox(JOB_SECONDS) as url, studio_at(url, WITH_MEDIA) as door:
        at_once = asyncio.run(_at_once(door, 100))
        note = f"{at_once.cpu_ms:.0f} ms CPU each, marks and thumbnails with it"
        yield Figure("100 vendor jobs of 2 s at once", "s", [at_once.wall_seconds], 10, note)
    with running_vendor("benchmarks.vendor", str(VENDOR_SECONDS)) as origin:
        yield from _without_media(origin)


def _without_media(origin: str) -> Iterator[Figure]:
    """P1, P2 and P3: a PNG of 1.4 MB, job, cost and file stored, but not looked at."""
    url = f"{origin}/v1"
    with studio_at(url, WITHOUT_MEDIA) as door:
        alone, through = asyncio.run(in_turns([vendor_at(url), door], RUNS))
        yield added("added, 1.4 MB in the answer, no media work", alone, through, at_most=30)
        some = asyncio.run(crowd(door, 320, at_once=32))
        yield Figure("CPU a request, 1.4 MB in the answer", "ms", [some.cpu_ms], 20)
        yield Figure("requests a second, 32 at once", "/s", [some.a_second])
        many = asyncio.run(crowd(door, 512, at_once=128))
        yield Figure("95 of 100 requests, 128 at once", "s", [many.p95_seconds])
        yield Figure("highest memory, 128 at once", "MB", [many.peak_bytes / 1e6], note="PSS of the whole tree")
    with studio_at(f"{origin}/by-address/v1", WITHOUT_MEDIA, model="custom-openai:server") as door:
        by_address = asyncio.run(crowd(door, 320, at_once=32))
        yield Figure("CPU a request, 1.4 MB at an address", "ms", [by_address.cpu_ms], 12)


def added(what: str, alone: list[float], through: list[float], *, at_most: float | None = None) -> Figure:
    """What each request took longer than the vendor's own just before it."""
    longer = [(whole - vendor) * 1000 for vendor, whole in zip(alone, through, strict=True)]
    fastest = f"the fastest {(min(through) - min(alone)) * 1000:.0f} ms"
    return Figure(what, "ms", longer, at_most, f"asked by turns; {fastest}")


async def _at_once(door: Door, count: int) -> Load:
    """After a first one, which warms what is warmed once."""
    await crowd(door, 1, at_once=1)
    return await crowd(door, count, at_once=count)


@contextmanager
def sandbox(seconds: float) -> Iterator[str]:
    """The address of the sandbox's OpenAI, which answers after so many seconds. Its pictures are made beforehand."""
    with tempfile.TemporaryDirectory(prefix="photoplay-bench-") as folder, ExitStack() as open_until_then:
        pace = f"{seconds / SANDBOX_SECONDS:g}"
        vendor = running_vendor("photoplay", "sandbox", "--port", "0", "--pace", pace, "--data", folder)
        url = f"{open_until_then.enter_context(vendor)}/openai/v1"
        asyncio.run(crowd(vendor_at(url), 40, at_once=4))
        yield url


def vendor_at(url: str) -> Door:
    """The vendor, asked directly."""
    body = {"model": MODEL.partition(":")[2], "n": 1, **PICTURE}
    return Door(f"{url}/images/generations", body, {"Authorization": "Bearer made-up"})


@contextmanager
def studio_at(url: str, program: tuple[str, ...], *, model: str = MODEL) -> Iterator[Door]:
    """A studio with an account at that vendor which takes as many at once as come."""
    provider = model.partition(":")[0]
    with running_studio(program=program) as studio:
        account = {"settings": {"api_key": "made-up", "address": url}, "in_flight": 200}
        _created(studio, f"/api/v1/admin/providers/{provider}/accounts", account)
        params = {"quality": "low", "aspect": "1:1"} if model == MODEL else {}
        body = {"operation": "text-to-image", "model": model, "params": params}
        time.sleep(1)
        yield Door(f"http://127.0.0.1:{studio.port}/api/v1/generations?wait=120", body, studio.headers, studio.pid)


def _created(studio: RunningStudio, path: str, body: Mapping[str, Any]) -> None:
    status, content, _seconds = studio.call("POST", path, body)
    if status != 201:
        raise RuntimeError(f"{path} answered {status}: {content[:300]!r}")
