"""The program as a person at a terminal runs it."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PHOTOPLAY: Final = str(Path(sys.executable).with_name("photoplay"))
PATIENCE_SECONDS: Final = 90


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


async def start(*words: str, data: Path, environment: Mapping[str, str] | None = None) -> asyncio.subprocess.Process:
    """Begins a command on a data folder."""
    return await asyncio.create_subprocess_exec(
        PHOTOPLAY,
        *words,
        "--data",
        str(data),
        env={**os.environ, "COLUMNS": "200", **(environment or {})},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def end(process: asyncio.subprocess.Process, answer: str = "") -> Said:
    """Waits for a command to end; `answer` is typed."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        out, err = await process.communicate(answer.encode())
    assert process.returncode is not None
    return Said(process.returncode, out.decode(), err.decode())


async def photoplay(*words: str, data: Path, answer: str = "", environment: Mapping[str, str] | None = None) -> Said:
    """Runs a command on a data folder to its end."""
    return await end(await start(*words, data=data, environment=environment), answer)
