"""A studio that looks at no picture and marks none, as a process of its own: what is left is the work on the job itself.

`python -m benchmarks.without_media serve --data DIR --port N`, as `photoplay serve`.
"""

import asyncio
import sys
from pathlib import Path

from benchmarks.many_jobs import NoMedia
from photoplay.bootstrap import hold_place, open_studio
from photoplay.core.settings import Settings
from photoplay.web.server import serve_studio


async def serve(settings: Settings) -> None:
    """Serves until SIGTERM."""
    own, lock = hold_place(settings)
    try:
        studio = await open_studio(own)
        studio.runtime.media = NoMedia()  # type: ignore[assignment]
        studio.sweeps = tuple(sweep for sweep in studio.sweeps if sweep.name != "finish")
        await serve_studio(studio, ready=lambda link: None)
    finally:
        lock.release()


if __name__ == "__main__":
    words = dict(zip(sys.argv[2::2], sys.argv[3::2], strict=True))
    asyncio.run(serve(Settings(data=Path(words["--data"]), port=int(words["--port"]))))
