"""Something that is asked for pictures over HTTP: a vendor, the studio or a peer. One after another, or many at once."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from benchmarks.studio import cpu_seconds, pss_bytes, tree

LONGEST_SECONDS: Final = 120.0
_LOOK_EVERY_SECONDS: Final = 0.1
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Door:
    """Where a picture is asked for, and how. `pid`: the process whose tree is watched, 0 where nobody looks."""

    url: str
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    pid: int = 0

    def asked(self) -> dict[str, Any]:
        """The body with a prompt that nobody has asked for."""
        words = f"a lake at dawn, number {next(_numbers)}"
        params = self.body.get("params")
        return (
            {**self.body, "prompt": words} if params is None else {**self.body, "params": {**params, "prompt": words}}
        )


@dataclass(frozen=True)
class Load:
    """What a crowd at a door took: each request's seconds, all of it, and what the watched processes spent."""

    seconds: Sequence[float]
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int

    @property
    def a_second(self) -> float:
        """Requests a second."""
        return len(self.seconds) / self.wall_seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor time a request."""
        return self.cpu_seconds / len(self.seconds) * 1000

    @property
    def p95_seconds(self) -> float:
        """What 95 of 100 requests stayed below."""
        return statistics.quantiles(self.seconds, n=20)[-1]


async def in_turns(doors: Sequence[Door], runs: int) -> list[list[float]]:
    """Seconds of each request at each door, asked by turns, so that all of them see the same machine. One is not counted."""
    async with aiohttp.ClientSession() as http:
        rounds = [[await _ask(http, door) for door in doors] for _run in range(runs + 1)]
    return [list(column) for column in zip(*rounds[1:], strict=True)]


async def crowd(door: Door, count: int, *, at_once: int) -> Load:
    """`count` requests, never more than `at_once` of them on their way."""
    turns, peak = asyncio.Semaphore(at_once), [0]

    async def _one(http: aiohttp.ClientSession) -> float:
        async with turns:
            return await _ask(http, door)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as http:
        watching = asyncio.create_task(_watch(door.pid, peak))
        began, spent = time.perf_counter(), cpu_seconds(door.pid)
        seconds = await asyncio.gather(*(_one(http) for _ in range(count)))
        wall, cpu = time.perf_counter() - began, cpu_seconds(door.pid) - spent
        watching.cancel()
    return Load(seconds, wall, cpu, peak[0])


async def _ask(http: aiohttp.ClientSession, door: Door) -> float:
    began = time.perf_counter()
    timeout = aiohttp.ClientTimeout(total=LONGEST_SECONDS)
    headers = {
        **door.headers,
        "Accept-Encoding": "identity",
    }  # one that packs pictures in base64 would only measure gzip
    async with http.post(door.url, json=door.asked(), headers=headers, timeout=timeout) as answer:
        content = await answer.read()
    seconds = time.perf_counter() - began
    if answer.status != 200 or b'"failed"' in content[:2000]:
        raise RuntimeError(f"{door.url} answered {answer.status}: {content[:400]!r}")
    return seconds


async def _watch(pid: int, peak: list[int]) -> None:
    while pid:
        peak[0] = max(peak[0], sum(pss_bytes(one) for one in tree(pid)))
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
