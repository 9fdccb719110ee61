"""Film and sound files opened with PyAV, within limits and a list of codecs. Only the child process imports this."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition

from photoplay.media import formats
from photoplay.media._contract import Limits, MediaType
from photoplay.media.errors import DamagedMedia, TooLong, UnsupportedMedia, reason_of

DEMUXERS = {
    **dict.fromkeys((formats.MP4, formats.MOV, formats.M4A), "mov"),
    formats.WEBM: "matroska",
    formats.WAV: "wav",
    formats.MP3: "mp3",
    formats.FLAC: "flac",
    formats.OGG: "ogg",
}
"""The one demuxer that may read each type, so that no playlist or script is ever followed."""

FILM_CODECS = ("h264", "hevc", "av1", "libdav1d", "vp8", "vp9", "mpeg4", "prores", "mjpeg")
SOUND_CODECS = ("aac", "mp3", "mp3float", "opus", "vorbis", "flac", "alac", "pcm_")


@contextmanager
def opened(path: Path, found: MediaType) -> Iterator[InputContainer]:
    """The file, its streams known. Whatever goes wrong while it is read becomes `DamagedMedia`."""
    options = {"protocol_whitelist": "file"}
    try:
        with av.open(f"file:{path}", format=DEMUXERS[found], options=options, metadata_errors="replace") as container:
            yield container
    except FileNotFoundError:
        raise
    except (av.FFmpegError, ValueError) as trouble:
        what = f"The {found.extension.upper()} cannot be decoded"
        raise DamagedMedia(f"{what}: {reason_of(trouble)}. Save it again or send another.") from trouble


def film_of(container: InputContainer) -> av.VideoStream | None:
    """The film in it; a cover picture is none."""
    films = (one for one in container.streams.video if not one.disposition & Disposition.attached_pic)
    return next(films, None)


def sound_of(container: InputContainer) -> av.AudioStream | None:
    """The first sound track."""
    return next(iter(container.streams.audio), None)


def checked_codec(stream: av.VideoStream | av.AudioStream, allowed: tuple[str, ...]) -> str:
    """The name of the codec. Raises `UnsupportedMedia` for one that is not on the list."""
    name = stream.codec_context.codec.canonical_name
    if not name.startswith(allowed):
        raise UnsupportedMedia(f"It is coded as {name}, which is not taken. Send H.264, AV1 or VP9 with AAC or Opus.")
    return name


def seconds_of(container: InputContainer, limits: Limits) -> float | None:
    """The length that the header tells, if it does. Raises `TooLong`."""
    seconds = container.duration / av.time_base if container.duration else None
    refuse_long(seconds, limits)
    return seconds


def refuse_long(seconds: float | None, limits: Limits) -> None:
    """Raises `TooLong` above the limit."""
    if seconds is not None and seconds > limits.seconds:
        raise TooLong(
            f"It lasts {seconds / 60:.0f} minutes; at most {limits.seconds / 60:.0f} are taken. Cut it shorter."
        )
