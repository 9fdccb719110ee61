"""Probing, renditions, quality checks and content credentials: one file per kind of media. The work is done in a child.

Importing this room loads no decoder: Pillow, PyAV, pyvips, numpy and c2pa live in the child process alone.
"""

from typing import TYPE_CHECKING

from photoplay.media._contract import (
    CredentialReport,
    Finding,
    Kind,
    Limits,
    Marked,
    Marks,
    MaskFile,
    MediaType,
    Parent,
    Probe,
    RenderedFile,
    Role,
    SourceType,
)
from photoplay.media.certificate import Certificate, ensure_certificate
from photoplay.media.errors import (
    DamagedMedia,
    MediaAway,
    NotMedia,
    TooHeavy,
    TooLong,
    TooManyPixels,
    UnsupportedMedia,
)
from photoplay.media.formats import HEAD_BYTES, sniff, sniff_file
from photoplay.media.xmp import packet as xmp_packet

if TYPE_CHECKING:
    from photoplay.media.worker import MediaWorker
else:

    def __getattr__(name: str) -> object:
        """The worker when it is first asked for: the child imports this room too, and needs no event loop."""
        if name == "MediaWorker":
            from photoplay.media.worker import MediaWorker

            return MediaWorker
        raise AttributeError(name)


__all__ = [
    "HEAD_BYTES",
    "Certificate",
    "CredentialReport",
    "DamagedMedia",
    "Finding",
    "Kind",
    "Limits",
    "Marked",
    "Marks",
    "MaskFile",
    "MediaAway",
    "MediaType",
    "MediaWorker",
    "NotMedia",
    "Parent",
    "Probe",
    "RenderedFile",
    "Role",
    "SourceType",
    "TooHeavy",
    "TooLong",
    "TooManyPixels",
    "UnsupportedMedia",
    "ensure_certificate",
    "sniff",
    "sniff_file",
    "xmp_packet",
]
