"""Media of any size and length without a meaning: moving colours and a tone, made by ffmpeg alone in well under a second."""

from pathlib import Path
from typing import Final

import imageio_ffmpeg

_COLOURS: Final = (
    ("0x0b132b", "0x3a506b", "0x5bc0be"),
    ("0x2d1e2f", "0xf7b32b", "0xa9e5bb"),
    ("0x1b1b3a", "0x693668", "0xf1a66a"),
    ("0x102a43", "0x829ab1", "0xf0b429"),
    ("0x0d1b2a", "0x415a77", "0xe0e1dd"),
    ("0x2b2d42", "0xef233c", "0xedf2f4"),
    ("0x081c15", "0x40916c", "0xd8f3dc"),
    ("0x240046", "0x9d4edd", "0xff9e00"),
)
_NOTES: Final = (220, 247, 262, 294, 330, 349, 392, 440)
_CODECS: Final = {
    "image/png": ("-frames:v", "1", "-c:v", "png", "-f", "image2pipe"),
    "image/jpeg": ("-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3", "-f", "image2pipe"),
    "image/webp": ("-frames:v", "1", "-c:v", "libwebp", "-f", "webp"),
    "image/gif": ("-frames:v", "1", "-f", "gif"),
    "video/mp4": (
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-crf",
        "30",
        "-pix_fmt",
        "yuv420p",
        "-movflags",
        "+faststart",
        "-f",
        "mp4",
    ),
    "audio/mpeg": ("-c:a", "libmp3lame", "-b:a", "96k", "-f", "mp3"),
    "audio/wav": ("-c:a", "pcm_s16le", "-f", "wav"),
    "audio/flac": ("-c:a", "flac", "-f", "flac"),
    "audio/ogg": ("-c:a", "libvorbis", "-f", "ogg"),
    "audio/opus": ("-c:a", "libopus", "-b:a", "64k", "-f", "opus"),
    "audio/aac": ("-c:a", "aac", "-f", "adts"),
    "audio/mp4": ("-c:a", "aac", "-f", "mp4"),
    "audio/pcm": ("-c:a", "pcm_s16le", "-ar", "24000", "-ac", "1", "-f", "s16le"),
}


def stock_command(
    path: Path,
    mime: str,
    *,
    size: tuple[int, int] = (640, 360),
    seconds: float = 1.0,
    fps: int = 24,
    has_sound: bool = False,
    look: int = 0,
) -> list[str]:
    """The command that writes such a file; `look` is one of eight. Raises `KeyError` for a type it cannot write."""
    colours = _COLOURS[look % len(_COLOURS)]
    named = ":".join(f"c{number}={colour}" for number, colour in enumerate(colours))
    picture = f"gradients=s={size[0]}x{size[1]}:r={fps}:n=3:seed={look}:speed=0.02:{named}"
    tone = f"sine=frequency={_NOTES[look % len(_NOTES)]}:sample_rate=44100"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y"]
    if not mime.startswith("audio/"):
        command += ["-f", "lavfi", "-i", picture]
    if mime.startswith("audio/") or has_sound:
        command += ["-f", "lavfi", "-i", tone]
    if not mime.startswith("image/"):
        command += ["-t", f"{seconds:g}"]
    if has_sound:
        command += ["-c:a", "aac", "-b:a", "96k"]
    return [*command, *_CODECS[mime], str(path)]
