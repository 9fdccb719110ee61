"""Films: what they are, how good they are, and their renditions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import av
from av.container import InputContainer
from av.video.reformatter import Colorspace
from PIL import Image, ImageChops, ImageStat

from photoplay.core.child_main import Progress
from photoplay.media import audio, ffmpeg, formats, pictures, streams
from photoplay.media._contract import CARD_PIXELS, THUMB_PIXELS, Finding, Limits, MediaType, Probe, RenderedFile, Role
from photoplay.media.errors import DamagedMedia
from photoplay.media.marks import carry_on
from photoplay.media.renditions import Job, write

ROLES: tuple[Role, ...] = ("poster", "thumb", "card", "preview")
"""The renditions of a film, the dearest last."""

POSTER_BYTES = (10_000, 50_000)
"""A poster is as good as these allow."""
_LINES = r"scale='if(gt(iw,ih),-2,trunc(min(480,iw)/2)*2)':'if(gt(iw,ih),trunc(min(480,ih)/2)*2,-2)'"
"""The shorter side of a preview has 480 pixels; both are even, as H.264 wants it."""
_PREVIEW = (
    *("-map", "0:v:0", "-map", "0:a:0?", "-vf", f"{_LINES},setsar=1,format=yuv420p", "-fpsmax", "30"),
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "28", "-maxrate", "1200k", "-bufsize", "2400k"),
    *("-c:a", "aac", "-b:a", "96k", "-ac", "2", "-movflags", "+faststart"),
)

_SAMPLES = (0.02, 0.25, 0.5, 0.75, 0.96)
"""Where a film is looked at, in parts of its length."""
_STILL = 0.35
"""Mean difference of grey (0 to 255) below which two frames are the same."""
_UNSAID = 2
"""The colour space of a film that names none."""
_SOUND_SECONDS = 60.0
"""So much of the sound track is listened to."""


@dataclass(frozen=True)
class _Index:
    """What a walk through the packets tells, without decoding any."""

    seconds: float
    keys: tuple[int, ...]
    """Time stamps of the key frames."""


def probe(path: Path, found: MediaType, limits: Limits) -> Probe:
    """Walks through the whole file and decodes five frames; a film container without a film is probed as sound."""
    with streams.opened(path, found) as container:
        film = streams.film_of(container)
        if film is None:
            return audio.probe(path, formats.M4A if found in (formats.MP4, formats.MOV) else found, limits)
        codec = streams.checked_codec(film, streams.FILM_CODECS)
        pictures.refuse_large(film.width, film.height, limits.film_pixels)
        declared = streams.seconds_of(container, limits)
        sound = streams.sound_of(container)
        sound_codec = None if sound is None else streams.checked_codec(sound, streams.SOUND_CODECS)
        rate = film.average_rate or film.guessed_rate
        index = _walk(container, film, declared)
        streams.refuse_long(index.seconds, limits)
        shots = _shots(container, film, index)
    bare = Probe("video", found.mime, found.extension, path.stat().st_size)
    return replace(
        bare,
        width=shots[0].full[0],
        height=shots[0].full[1],
        duration_seconds=round(index.seconds, 3),
        fps=round(float(rate), 3) if rate else None,
        video_codec=codec,
        audio_codec=sound_codec,
        sample_rate_hz=None if sound is None else sound.rate,
        channels=None if sound is None else sound.channels,
        thumbhash=pictures.placeholder(shots[len(shots) // 2].picture),
        findings=(*_judge(shots), *_judge_sound(path, found, sound is not None)),
    )


def render(job: Job, limits: Limits, progress: Progress) -> tuple[RenderedFile, ...]:
    """Pictures from the middle, and a light film of 480 lines."""
    roles, made = [role for role in ROLES if role in job.roles], list[RenderedFile]()
    progress(0, len(roles))
    stills = [role for role in roles if role != "preview"]
    if stills:
        picture = middle(job.path, job.found, limits)
        for role in stills:
            made.append(_still(job, role, picture))
            progress(len(made), len(roles))
    if "preview" in roles:
        made.append(_preview(job, limits, lambda part: progress(len(made) + part, len(roles))))
    return tuple(made)


def middle(path: Path, found: MediaType, limits: Limits) -> Image.Image:
    """A frame from the middle fifth of a film, upright, longest side at most 640."""
    with streams.opened(path, found) as container:
        film = streams.film_of(container)
        if film is None:
            raise DamagedMedia("There is no film in the file, so there is no picture of it.")
        pictures.refuse_large(film.width, film.height, limits.film_pixels)
        seconds = streams.seconds_of(container, limits) or _walk(container, film, None).seconds
        frame = _middle_frame(container, film, seconds)
        if frame is None:
            raise DamagedMedia("No frame in the middle of the film can be decoded.")
        return _picture(frame, CARD_PIXELS, film).picture


def _middle_frame(container: InputContainer, film: av.VideoStream, seconds: float) -> av.VideoFrame | None:
    """The key frame nearest before 60 %, if it lies after 40 %: one frame to decode. Else the first frame after 45 %."""
    _two_threads(film)
    key = _key_frame_before(container, film, 0.6 * seconds)
    if key is not None and _seconds_into(key.pts, film) >= 0.4 * seconds:
        return key
    _seek(container, film, 0.45 * seconds)
    film.codec_context.skip_frame = "NONREF"  # on the way there only frames that others need are decoded
    last: av.VideoFrame | None = key
    for last in container.decode(film):
        if _seconds_into(last.pts, film) >= 0.45 * seconds:
            break
    return last


def _key_frame_before(container: InputContainer, film: av.VideoStream, seconds: float) -> av.VideoFrame | None:
    _seek(container, film, seconds)
    for packet in container.demux(film):
        frames = packet.decode() or film.codec_context.decode(None)
        return frames[0] if frames else None
    return None


def _seek(container: InputContainer, film: av.VideoStream, seconds: float) -> None:
    assert film.time_base is not None
    container.seek(int(seconds / film.time_base) + (film.start_time or 0), stream=film)


def _seconds_into(moment: int | None, film: av.VideoStream) -> float:
    assert film.time_base is not None
    return float(((moment or 0) - (film.start_time or 0)) * film.time_base)


def _walk(container: InputContainer, film: av.VideoStream, declared: float | None) -> _Index:
    """Raises `DamagedMedia` if the film ends before its header says, as a broken upload does."""
    base, start = film.time_base, film.start_time or 0
    assert base is not None
    end, keys = start, list[int]()
    for packet in container.demux(film):
        if packet.pts is None:
            continue
        end = max(end, packet.pts + (packet.duration or 0))
        if packet.is_keyframe:
            keys.append(packet.pts)
    seconds = float((end - start) * base)
    told = float(film.duration * base) if film.duration else declared
    if not keys or (told is not None and seconds < told * 0.95 - 0.5):
        rest = "" if told is None else f" It ends after {seconds:.1f} of {told:.1f} seconds."
        raise DamagedMedia(f"The film is not whole.{rest} Send it again.")
    return _Index(seconds, tuple(keys))


@dataclass(frozen=True)
class _Shot:
    """A frame, small, and its full size as shown."""

    picture: Image.Image
    full: tuple[int, int]


def _shots(container: InputContainer, film: av.VideoStream, index: _Index) -> list[_Shot]:
    """Five frames along the film: key frames where there are many, else what is met while decoding."""
    _two_threads(film)
    seek = _by_keys if len(index.keys) >= len(_SAMPLES) else _by_decoding
    shots = [_picture(frame, 160, film) for frame in seek(container, film, index)]
    if not shots:
        raise DamagedMedia("No frame of the film can be decoded. Save it again or send another.")
    return shots


def _by_keys(container: InputContainer, film: av.VideoStream, index: _Index) -> Iterator[av.VideoFrame]:
    for part in _SAMPLES:
        container.seek(index.keys[int(part * len(index.keys))], stream=film)
        frame = next(container.decode(film), None)
        if frame is not None:
            yield frame


def _by_decoding(container: InputContainer, film: av.VideoStream, index: _Index) -> Iterator[av.VideoFrame]:
    container.seek(index.keys[0], stream=film)
    film.codec_context.skip_frame = "NONREF"
    targets = [part * index.seconds for part in _SAMPLES]
    first: float | None = None
    for frame in container.decode(film):
        moment = frame.time or 0.0
        first = moment if first is None else first
        if moment - first >= targets[0]:
            yield frame
            targets.pop(0)
        if not targets:
            return


def _two_threads(film: av.VideoStream) -> None:
    if not film.codec_context.is_open:
        film.thread_type = "AUTO"
        film.codec_context.thread_count = 2


def _picture(frame: av.VideoFrame, longest: int, film: av.VideoStream) -> _Shot:
    """A frame as it is shown: square pixels, upright, in the colours of its own standard."""
    aspect = film.sample_aspect_ratio or 1
    full = (max(1, round(frame.width * aspect)), frame.height)
    scale = min(1.0, longest / max(full))
    size = max(1, round(full[0] * scale)), max(1, round(full[1] * scale))
    standard: Colorspace | None = None
    if frame.colorspace == _UNSAID:
        standard = Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601
    small = frame.reformat(*size, format="rgb24", interpolation="AREA", src_colorspace=standard)
    picture: Image.Image = small.to_image()  # type: ignore[no-untyped-call]
    if frame.rotation % 180:
        full = full[::-1]
    return _Shot(picture.rotate(frame.rotation, expand=True) if frame.rotation else picture, full)


def _judge(shots: Sequence[_Shot]) -> tuple[Finding, ...]:
    kinds = [{one.code for one in pictures.judge(shot.picture)} for shot in shots]
    for code, words in (("black", "The film is black."), ("blank", "The film is one even colour.")):
        if all(code in kind for kind in kinds):
            return (Finding(code, words),)
    grey = [shot.picture.convert("L") for shot in shots]
    steps = [ImageStat.Stat(ImageChops.difference(*pair)).mean[0] for pair in pairwise(grey)]
    if len(steps) >= 2 and max(steps) < _STILL:
        return (Finding("frozen", "Nothing moves in the film."),)
    return ()


def _judge_sound(path: Path, found: MediaType, has_sound: bool) -> tuple[Finding, ...]:
    return audio.judge(audio.listen(path, found, most_seconds=_SOUND_SECONDS)) if has_sound else ()


def _still(job: Job, role: Role, picture: Image.Image) -> RenderedFile:
    if role == "poster":
        return write(job, role, picture, save=_save_poster, found=formats.JPEG)
    size = THUMB_PIXELS if role == "thumb" else CARD_PIXELS
    return write(job, role, pictures.fitted(picture, size), save=pictures.save_webp, found=formats.WEBP)


def _save_poster(picture: Image.Image, path: Path, packet: bytes | None) -> None:
    least, most = POSTER_BYTES
    pictures.save_jpeg(picture, path, packet, least=least, most=most)


def _preview(job: Job, limits: Limits, progress: Callable[[float], None]) -> RenderedFile:
    target = job.folder / "preview.mp4"
    with streams.opened(job.path, job.found) as container:
        seconds = streams.seconds_of(container, limits)
    ffmpeg.run(
        ["-f", streams.DEMUXERS[job.found], "-i", f"file:{job.path}", *_PREVIEW],
        target,
        seconds=seconds,
        progress=progress,
    )
    if job.origin is not None:
        carry_on(target, formats.MP4, job.origin)
    with streams.opened(target, formats.MP4) as container:
        film = container.streams.video[0]
        size, length = (film.width, film.height), streams.seconds_of(container, limits)
    return RenderedFile("preview", target, formats.MP4.mime, target.stat().st_size, *size, duration_seconds=length)
