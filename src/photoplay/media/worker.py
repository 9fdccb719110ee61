"""The room's front: has everything done in child processes, and turns their answers into values and errors."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from photoplay.core.child import Child, ChildDied, ChildFailed, Line
from photoplay.core.files import in_thread
from photoplay.media._contract import (
    CredentialReport,
    Finding,
    Limits,
    Marked,
    Marks,
    MaskFile,
    Parent,
    Probe,
    RenderedFile,
)
from photoplay.media.errors import BY_CODE, MediaAway, TooHeavy

PROGRAM = (sys.executable, "-m", "photoplay.media")
MEMORY_BYTES = 2 * 2**30
QUICK_SECONDS = 120.0
"""Longest a probe, a mark or a check may take."""
RENDER_SECONDS = 900.0
"""Longest the renditions of one file may take."""

OnProgress = Callable[[float], None]


class MediaWorker:
    """Probes, renders, marks and verifies files in two child processes: one for quick jobs, one for renditions.

    They start at their first job and stay warm; jobs of one child wait their turn. `credentials` is the folder of the
    certificate, made at the first signature. A file that kills its child twice is refused as `TooHeavy`.
    Every method raises `MediaAway` when the child cannot run.
    """

    def __init__(self, credentials: Path, *, limits: Limits | None = None, memory_bytes: int = MEMORY_BYTES) -> None:
        self._credentials = credentials
        self._limits = asdict(limits or Limits())
        self._quick = Child(PROGRAM, memory_bytes=memory_bytes, nice=5)
        self._slow = Child(PROGRAM, memory_bytes=memory_bytes, nice=10)
        self._closed = False

    async def probe(self, path: Path) -> Probe:
        """What a file is, by its content, and what is wrong with it. It is decoded, so a broken file is found out.

        Raises `NotMedia`, `UnsupportedMedia`, `DamagedMedia`, `TooManyPixels`, `TooLong`, `TooHeavy`.
        """
        line = await self._run(self._quick, "probe", {"path": str(path), "limits": self._limits})
        return Probe(**{**line, "findings": tuple(Finding(**one) for one in line["findings"])})

    async def render(
        self, path: Path, kind: str, roles: Sequence[str], out_dir: Path, *, on_progress: OnProgress | None = None
    ) -> tuple[RenderedFile, ...]:
        """Makes the renditions in `out_dir` (it exists), `{role}.{extension}`; what a file cannot have is left out.

        Image: webp, avif (none above 40 million pixels), thumb, card. Video: poster, thumb, card, preview. Audio:
        peaks, preview. If the original says that a machine made it, they say so too. Ask for avif and preview last,
        by themselves: they take seconds. `on_progress` gets 0 to 1. Raises as `probe` does, and then leaves no file.
        """
        params = {
            "path": str(path),
            "kind": kind,
            "roles": list(roles),
            "folder": str(out_dir),
            "limits": self._limits,
            "credentials": str(self._credentials),
        }
        try:
            line = await self._run(self._slow, "renditions", params, on_progress)
        except BaseException:
            await in_thread(_forget, out_dir, tuple(roles))
            raise
        return tuple(RenderedFile(**{**one, "path": Path(one["path"])}) for one in line["files"])

    async def mark(self, path: Path, marks: Marks, parents: Sequence[Parent] = ()) -> Marked:
        """Writes what made it into a file, in place, without encoding anything anew; it grows by about 4 KB.

        What a vendor signed is kept inside as the parent. The first of `parents` counts as edited when the marks say
        composite, else all are inputs. A file already signed here stays as it is. WebM and Ogg have no place for marks.
        """
        params = {
            "path": str(path),
            "marks": {**asdict(marks), "made_at": marks.made_at.isoformat()},
            "parents": [{"path": str(one.path), "title": one.title} for one in parents],
            "credentials": str(self._credentials),
        }
        return Marked(**await self._run(self._quick, "mark", params))

    async def mask(self, path: Path, out: Path) -> MaskFile:
        """Writes a mask that a person sent as a grey PNG of 8 bits to `out`: what is white there is painted anew.

        A mask with transparency: white strokes count, else what is transparent. Raises as `probe` does.
        """
        params = {"path": str(path), "out": str(out), "limits": self._limits}
        line = await self._run(self._quick, "mask", params)
        return MaskFile(**{**line, "path": Path(line["path"])})

    async def verify(self, path: Path) -> CredentialReport:
        """What the credentials of a file say, and whether they hold. Looks into no network."""
        params = {"path": str(path), "credentials": str(self._credentials)}
        line = await self._run(self._quick, "verify", params)
        return CredentialReport(**{**line, "parents": tuple(line["parents"])})

    async def clear_mask(self, path: Path, out: Path) -> None:
        """Writes a mask (8-bit, white is painted anew) as a PNG that is transparent where it is white. Raises as `probe`."""
        await self._run(self._quick, "clear-mask", {"path": str(path), "out": str(out), "limits": self._limits})

    async def close(self) -> None:
        """Ends both child processes; jobs under way fail with `MediaAway`."""
        self._closed = True
        await asyncio.gather(self._quick.close(), self._slow.close())

    async def _run(
        self, child: Child, task: str, params: Mapping[str, Any], on_progress: OnProgress | None = None
    ) -> Line:
        def heard(line: Line) -> None:
            if on_progress is not None and line["of"]:
                on_progress(line["done"] / line["of"])

        try:
            return await self._twice(child, task, params, heard)
        except ChildFailed as failure:
            if failure.code in BY_CODE:
                raise BY_CODE[failure.code](failure.message) from failure
            if failure.code == "out_of_memory":
                raise TooHeavy("The file needs more memory than a file may use. Send a smaller one.") from failure
            raise MediaAway(f"The file could not be worked on. {failure.message}") from failure

    async def _twice(self, child: Child, task: str, params: Mapping[str, Any], heard: Callable[[Line], None]) -> Line:
        """A child may have been killed by chance, so it gets a second try; a file that kills it again is to blame."""
        limit = RENDER_SECONDS if child is self._slow else QUICK_SECONDS
        for _ in range(2):
            try:
                async with asyncio.timeout(limit):
                    return await child.run(task, params, heard)
            except TimeoutError as late:
                words = f"Working on the file took longer than {limit:.0f} seconds. Send a smaller one."
                raise TooHeavy(words) from late
            except ChildDied as death:
                last = death
            except OSError as trouble:
                raise MediaAway(f"The media worker cannot be started: {trouble}.") from trouble
        if self._closed:
            raise MediaAway("Photoplay is stopping; the file is worked on after the next start.") from last
        raise TooHeavy("The file needs more memory than a file may use, or breaks its decoder. Send another.") from last


def _forget(folder: Path, roles: Sequence[str]) -> None:
    """What a child left behind that was killed."""
    for leftover in [one for role in roles for one in (*folder.glob(f"{role}.*"), *folder.glob(f".{role}.*"))]:
        leftover.unlink(missing_ok=True)
