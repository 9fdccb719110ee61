"""Where makers are asked from the main process: the warm children, and the reading of words."""

import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from photoplay.core.child import Child, ChildDied, ChildFailed, Line
from photoplay.core.files import in_thread
from photoplay.makers.reading import Nearest, Reading, read, scene_by_words

Lane = Literal["stills", "pictures", "films"]

LANES: Final[Mapping[str, Lane]] = {
    "nearest-scene": "stills",
    "machine": "stills",
    "text-to-image": "stills",
    "text-to-speech": "stills",
    "text-to-music": "stills",
    "upscale": "pictures",
    "remove-background": "pictures",
    "text-to-video": "films",
    "image-to-video": "films",
}
"""Which child does which task, so that a picture is answered while a film is painted."""
PROGRAM: Final = (sys.executable, "-m", "photoplay.makers")

_NICE: Final[Mapping[Lane, int]] = {"stills": 2, "pictures": 6, "films": 10}
_MEMORY_BYTES: Final[Mapping[Lane, int]] = {"stills": 2**30, "pictures": 3 * 2**30, "films": 3 * 2**30}
_MEANINGS_KEPT: Final = 500


class Makers:
    """The children, one a lane, each started when it is first needed, and what they have read. Made on the loop."""

    def __init__(self, program: Sequence[str] = PROGRAM) -> None:
        self._children = {
            lane: Child(program, memory_bytes=_MEMORY_BYTES[lane], nice=nice) for lane, nice in _NICE.items()
        }
        self._meanings: dict[str, Nearest] = {}
        self._at_work = 0
        self._ended_at = -math.inf

    def quiet_seconds(self) -> float:
        """Seconds since a task ended; 0 while one is at work, infinite before the first."""
        return 0.0 if self._at_work else time.monotonic() - self._ended_at

    async def read(self, prompt: str, params: Mapping[str, Any]) -> Reading:
        """What a scene is painted from. Asks the child for the nearest meaning only where no word names a scene.

        Raises `ValidationError` when a setting in `params` is wrong.
        """
        if not prompt.strip() or params.get("scene") or scene_by_words(prompt) is not None:
            return read(prompt, params)
        return read(prompt, params, await self._nearest(prompt))

    async def make(self, task: str, params: Mapping[str, Any], on_line: Callable[[Line], None] | None = None) -> Line:
        """Does a task into the folder `out_dir`, once more when its child was killed, and gives what the maker gave.

        When it fails or is cancelled (at once), the folder is emptied. Raises `ChildFailed`, `ChildDied`.
        """
        folder = Path(str(params["out_dir"]))
        self._at_work += 1
        try:
            return await self._once_more(task, params, on_line, folder)
        except BaseException:
            _empty(folder)
            raise
        finally:
            self._at_work -= 1
            self._ended_at = time.monotonic()

    async def machine(self) -> Line:
        """What this machine paints and encodes with: `renderer`, `is_fast`, `encoder` (None: there is none)."""
        return await self._children["stills"].run("machine", {})

    def pid(self, lane: Lane) -> int | None:
        """The process of a lane while it lives."""
        return self._children[lane].pid

    async def close(self) -> None:
        """Ends the children, also in the middle of a task."""
        for child in self._children.values():
            await child.close()

    async def _once_more(
        self, task: str, params: Mapping[str, Any], on_line: Callable[[Line], None] | None, folder: Path
    ) -> Line:
        child = self._children[LANES[task]]
        try:
            return await child.run(task, params, on_line)
        except ChildDied:
            if child.is_closed:
                raise
            await in_thread(_empty, folder)
            return await child.run(task, params, on_line)

    async def _nearest(self, prompt: str) -> Nearest | None:
        if prompt not in self._meanings:
            try:
                found = await self._children["stills"].run("nearest-scene", {"prompt": prompt})
            except (ChildDied, ChildFailed):
                return None
            self._meanings[prompt] = Nearest(str(found["scene"]), float(found["score"]))
            while len(self._meanings) > _MEANINGS_KEPT:
                del self._meanings[next(iter(self._meanings))]
        return self._meanings[prompt]


def _empty(folder: Path) -> None:
    """Removes the files of a task that came to nothing. A handful of names; it takes microseconds."""
    for path in folder.iterdir():
        if path.is_file():
            path.unlink(missing_ok=True)
