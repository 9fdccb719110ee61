"""Raw frames in, an H.264 film out, through a pipe to the ffmpeg program. Shared by all makers of films."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from photoplay.core.child_main import TaskFailed
from photoplay.makers._job import whole_file

END_SECONDS = 120
"""How long the encoder may take after the last frame."""
WELL_KEPT_FRAMES, WELL_KEPT_QUANTIZER = 4, 10
"""Of a loop: the frames at its end, and how finely they and the first one are kept."""

_COLOR = "scale=in_range=pc:out_range=tv:out_color_matrix=bt709:flags=accurate_rnd"


class FilmWriter:
    """Takes frames of one film, one after another."""

    def __init__(self, pipe: IO[bytes], size: tuple[int, int]) -> None:
        self._pipe = pipe
        self._frame_bytes = size[0] * size[1] * 3
        self.frames = 0

    def write(self, frame: bytes | bytearray | memoryview) -> None:
        """Adds a frame: RGB, 8 bits a channel, rows from the top, no padding."""
        if len(frame) != self._frame_bytes:
            raise ValueError(f"a frame has {self._frame_bytes} bytes, not {len(frame)}")
        self._pipe.write(frame)
        self.frames += 1


@contextmanager
def film_writer(
    path: Path,
    size: tuple[int, int],
    fps: int,
    *,
    crf: int = 20,
    preset: str = "veryfast",
    loop_frames: int | None = None,
) -> Iterator[FilmWriter]:
    """Writes an MP4 (yuv420p, BT.709, plays before it is loaded whole) of `size` (width, height), both even.

    The file is there, synced, when the block ends; when it raises (also when the job was cancelled), the encoder is
    killed and nothing is left. A film that loops says in `loop_frames` how many frames it will have: its first and last
    ones are then kept so well that the encoder adds no seam of its own.
    Raises `TaskFailed("encoder", ...)` with the encoder's last words.
    """
    if size[0] % 2 or size[1] % 2:
        raise ValueError("width and height of a film must be even")
    quality = ["-preset", preset, "-crf", str(crf), *_seamless(loop_frames)]
    with whole_file(path) as part, tempfile.TemporaryFile() as words:
        process = subprocess.Popen(_command(part, size, fps, quality), stdin=subprocess.PIPE, stderr=words)
        assert process.stdin is not None
        try:
            yield FilmWriter(process.stdin, size)
            process.stdin.close()
            if process.wait(END_SECONDS) != 0:
                raise _failure(words)
        except BrokenPipeError:
            process.wait(END_SECONDS)
            raise _failure(words) from None
        finally:
            _end(process)


def _seamless(loop_frames: int | None) -> list[str]:
    if loop_frames is None or loop_frames < 2 * WELL_KEPT_FRAMES:
        return []
    ending = f"{loop_frames - WELL_KEPT_FRAMES},{loop_frames - 1}"
    return ["-x264-params", f"zones=0,0,q={WELL_KEPT_QUANTIZER}/{ending},q={WELL_KEPT_QUANTIZER}"]


def _command(part: Path, size: tuple[int, int], fps: int, quality: list[str]) -> list[str]:
    import imageio_ffmpeg

    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", str(fps), "-i", "pipe:0"]
    tags = ["-color_primaries", "bt709", "-color_trc", "iec61966-2-1", "-colorspace", "bt709", "-color_range", "tv"]
    codec = ["-c:v", "libx264", *quality, "-g", str(2 * fps), "-pix_fmt", "yuv420p"]
    quiet = ["-y", "-v", "error", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    ending = ["-map_metadata", "-1", "-movflags", "+faststart", "-f", "mp4", str(part)]
    return [imageio_ffmpeg.get_ffmpeg_exe(), *source, "-an", "-vf", _COLOR, *codec, *tags, *quiet, *ending]


def _failure(words: IO[bytes]) -> TaskFailed:
    words.seek(0)
    said = words.read().decode(errors="replace").strip().splitlines()
    return TaskFailed("encoder", f"The film could not be written. The encoder said: {said[-1] if said else 'nothing'}.")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kills what is still running; its pipe is closed whatever state it is in."""
    if process.poll() is None:
        process.kill()
        process.wait()
    if process.stdin is not None:
        try:
            process.stdin.close()
        except BrokenPipeError:
            return
