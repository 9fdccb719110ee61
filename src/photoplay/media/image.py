"""Pictures: what they are, how good they are, and their renditions."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from photoplay.core.child_main import Progress
from photoplay.media import formats, pictures, renditions
from photoplay.media._contract import CARD_PIXELS, THUMB_PIXELS, Limits, MediaType, Probe, RenderedFile, Role
from photoplay.media.renditions import Job

ROLES: tuple[Role, ...] = ("webp", "thumb", "card", "avif")
"""The renditions of a picture, the dearest last."""

_SMALL = {"thumb": THUMB_PIXELS, "card": CARD_PIXELS}


def probe(path: Path, found: MediaType, limits: Limits) -> Probe:
    """Decodes the picture once; of an animation the first frame."""
    header = pictures.read_header(path, found, limits)
    if header.pixels > pictures.PILLOW_PIXELS:
        from photoplay.media._vips import Large

        image = Large(path).small(512)
    else:
        image = pictures.decode(path, found, at_least=512)
    small = pictures.fitted(image, pictures.PLACEHOLDER_PIXELS)  # once: making it small costs most of what follows
    return Probe(
        kind="image",
        mime=found.mime,
        extension=found.extension,
        size_bytes=path.stat().st_size,
        width=header.width,
        height=header.height,
        frames=header.frames,
        has_alpha=header.has_alpha,
        thumbhash=pictures.placeholder(small),
        findings=pictures.judge(small),
    )


def render(job: Job, limits: Limits, progress: Progress) -> tuple[RenderedFile, ...]:
    """The renditions that the picture can have: from one decode up to 16 million pixels, no AVIF above 40 million."""
    header = pictures.read_header(job.path, job.found, limits)
    roles = [role for role in ROLES if role in job.roles]
    progress(0, len(roles))
    if header.pixels > pictures.PILLOW_PIXELS:
        return _render_large(job, roles, header.pixels, progress)
    return _render_ordinary(job, roles, progress)


def _render_ordinary(job: Job, roles: Sequence[Role], progress: Progress) -> tuple[RenderedFile, ...]:
    image = pictures.decode(job.path, job.found)
    made: list[RenderedFile] = []
    whole = [role for role in roles if max(image.size) <= _longest(role)]

    def one(role: Role) -> RenderedFile:
        # two threads may not save one picture: Pillow keeps what `save` was told on the picture itself
        return _one(job, image.copy() if role in whole[1:] else image, role)

    with ThreadPoolExecutor(2) as pool:
        for done, file in enumerate(pool.map(one, roles), 1):
            made.append(file)
            progress(done, len(roles))
    return tuple(made)


def _one(job: Job, image: Image.Image, role: Role) -> RenderedFile:
    sized = pictures.fitted(image, _longest(role))
    if role == "avif":
        return renditions.write(job, role, sized, save=pictures.save_avif, found=formats.AVIF)
    return renditions.write(job, role, sized, save=pictures.save_webp, found=formats.WEBP)


def _longest(role: Role) -> int:
    return _SMALL.get(role, pictures.WEBP_SIDE)


def _render_large(job: Job, roles: Sequence[Role], pixels: int, progress: Progress) -> tuple[RenderedFile, ...]:
    from photoplay.media._vips import AVIF_PIXELS, Large

    large, made = Large(job.path), list[RenderedFile]()
    card = large.small(CARD_PIXELS) if set(roles) & set(_SMALL) else None
    for done, role in enumerate(roles, 1):
        if role in _SMALL and card is not None:
            made.append(_one(job, card, role))
        elif role == "webp":
            made.append(_whole(job, role, large.save_webp, formats.WEBP))
        elif pixels <= AVIF_PIXELS:
            made.append(_whole(job, role, large.save_avif, formats.AVIF))
        progress(done, len(roles))
    return tuple(made)


def _whole(
    job: Job, role: Role, save: Callable[[Path, bytes | None], tuple[int, int]], found: MediaType
) -> RenderedFile:
    path = job.folder / f"{role}.{found.extension}"
    size = save(path, job.packet)
    return renditions.finished(job, role, path, found=found, size=size)
