"""The ffmpeg program, run as a child of this child: progress told, stopped when the job is called off."""

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import imageio_ffmpeg

from photoplay.media.errors import DamagedMedia

_BEFORE = ("-nostdin", "-v", "error", "-y", "-protocol_whitelist", "file,pipe", "-threads", "2")
_AFTER = ("-map_metadata", "-1", "-map_chapters", "-1", "-progress", "pipe:1", "-stats_period", "0.1", "-nostats")


def run(words: Sequence[str], target: Path, *, seconds: float | None, progress: Callable[[float], None]) -> None:
    """Encodes to `target`; `progress` gets 0 to 1 and may raise to stop it. Raises `DamagedMedia` if it fails."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), *_BEFORE, *words, *_AFTER, f"file:{target}"]
    finished = False
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            _follow(process, seconds, progress)
            finished = process.wait() == 0
        finally:
            process.kill()
            process.communicate()
            if not finished:
                target.unlink(missing_ok=True)
        if not finished:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines() or ["no reason given"]
            raise DamagedMedia(f"It cannot be encoded anew: {lines[-1][:200]}")


def _follow(process: "subprocess.Popen[str]", seconds: float | None, progress: Callable[[float], None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        name, _, value = line.strip().partition("=")
        if name == "out_time_us":
            done = int(value) / 1e6 if value.lstrip("-").isdigit() else 0.0
            progress(min(0.99, max(0.0, done / seconds)) if seconds else 0.0)
