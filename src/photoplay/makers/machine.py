"""What this machine paints and encodes with: the answer to "what is missing here"."""

import subprocess
from collections.abc import Mapping
from typing import Any

from photoplay.core.child_main import Progress

TASK = "machine"
_PATIENCE_SECONDS = 20.0


def run(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """`renderer` is the name of the painter; `is_fast` whether it is OpenGL; `encoder` the version of ffmpeg, or None."""
    from photoplay.makers.painter import best_painter
    from photoplay.makers.plain import PlainPainter

    painter = best_painter()
    is_fast = not isinstance(painter, PlainPainter)
    return {"renderer": painter.name, "is_fast": is_fast, "encoder": _encoder()}


def _encoder() -> str | None:
    try:
        import imageio_ffmpeg

        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-version"]
        told = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=True)
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError):
        return None
    return " ".join(told.stdout.split()[:3])
