"""What was fetched for a generation: files that are verified, marked and stored, ready to be settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from photoplay.assets import NewRendition
from photoplay.providers import Json
from photoplay.storage import Blob


@dataclass(frozen=True)
class StoredFile:
    """One original with its ready renditions."""

    blob: Blob
    mime: str
    kind: str
    width: int | None
    height: int | None
    duration_seconds: float | None
    fps: float | None
    thumbhash: str | None
    findings: Sequence[Mapping[str, str]]
    credentials: Mapping[str, Json] | None
    renditions: Sequence[NewRendition] = ()


@dataclass(frozen=True)
class Parcel:
    """Everything a delivery brought. `received_sha256` is the hash of the first file as the vendor sent it."""

    files: Sequence[StoredFile]
    billed_usd: Decimal | None
    received_sha256: str
    metadata: Mapping[str, Json]
