"""What the renditions of all kinds share: the job, and how a picture of it is written, marked and told about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from photoplay.media._contract import MediaType, RenderedFile, Role
from photoplay.media.marks import Origin, carry_on


@dataclass(frozen=True)
class Job:
    """Which renditions of which file go where."""

    path: Path
    found: MediaType
    roles: Sequence[Role]
    folder: Path
    origin: Origin | None
    """Set if the original says that a machine made it; then the renditions say so too."""

    @property
    def packet(self) -> bytes | None:
        """The XMP note that goes into each rendition."""
        return None if self.origin is None else self.origin.packet


Save = Callable[[Image.Image, Path, bytes | None], None]
"""Encodes a picture to a file, with a packet of XMP."""


def write(job: Job, role: Role, image: Image.Image, *, save: Save, found: MediaType) -> RenderedFile:
    """Encodes one rendition and marks it."""
    path = job.folder / f"{role}.{found.extension}"
    save(image, path, job.packet)
    return finished(job, role, path, found=found, size=image.size)


def finished(job: Job, role: Role, path: Path, *, found: MediaType, size: tuple[int, int]) -> RenderedFile:
    """Signs a rendition. A thumbnail has the note alone: a signature is as large as the picture itself."""
    if job.origin is not None and role != "thumb":
        carry_on(path, found, job.origin, with_note=False)
    return RenderedFile(role, path, found.mime, path.stat().st_size, *size)
