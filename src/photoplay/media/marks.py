"""Writing into a file what made it: an XMP note and a signed C2PA manifest, on the original and on each rendition."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from photoplay.core import clock
from photoplay.media import containers, credentials, xmp
from photoplay.media._contract import Marked, Marks, MediaType, Parent, SourceType
from photoplay.media.credentials import Ingredient
from photoplay.media.formats import sniff_file
from photoplay.media.report import report

_log = logging.getLogger("photoplay.media")


def mark(path: Path, marks: Marks, parents: Sequence[Parent], folder: Path) -> Marked:
    """Marks a made file in place; pixels and samples are copied as they are. `folder` holds our certificate.

    What a vendor signed is kept inside as the parent. The first of `parents` counts as edited when the marks say
    composite, else all are inputs. The file is replaced whole at the end, or stays as it was. One that was signed
    here before stays too, so that marking twice is harmless.
    """
    found = sniff_file(path)
    before, signature = containers.find(path, found), credentials.read(path, found, folder)
    if signature is not None and signature.state == "Trusted":
        return Marked(path.stat().st_size, _sha256(path), before is not None, signed=True, vendor_manifest_kept=False)
    packet, vendor = xmp.packet(marks, existing=before), signature is not None
    ingredients = _ingredients(path, found, marks, parents, vendor=vendor)
    actions = credentials.noted(len(ingredients)) if vendor else credentials.created(marks, ingredients)
    claim = credentials.Claim(marks.title or path.name, tuple(actions), tuple(ingredients))
    with _beside(path, "note") as noted, _beside(path, "signed") as signed:
        has_note = _embed(path, noted, found, packet)
        is_signed = _sign(noted if has_note else path, signed, found, claim, folder=folder)
        if is_signed or has_note:
            (signed if is_signed else noted).replace(path)
    return Marked(path.stat().st_size, _sha256(path), has_note, is_signed, vendor and is_signed)


@dataclass(frozen=True)
class Origin:
    """The marked original of renditions."""

    path: Path
    found: MediaType
    title: str
    marks: Marks
    folder: Path
    """Where our certificate is."""

    @property
    def packet(self) -> bytes:
        """The XMP note of a rendition. The prompt stays in the original."""
        return xmp.packet(self.marks, with_prompt=False)


def origin_of(path: Path, found: MediaType, folder: Path) -> Origin | None:
    """What the renditions of a file must carry on; None if it does not say that a machine made it."""
    told = report(path, found, folder)
    source = next((one for one in SourceType if one == told.source), None)
    if source is None:
        return None
    marks = Marks(source, told.model or "unknown", _moment(told.made_at))
    return Origin(path, found, "Original", marks, folder)


def carry_on(rendition: Path, found: MediaType, origin: Origin, *, with_note: bool = True) -> None:
    """Marks a rendition in place, signed with its original as parent. `with_note`: the XMP is not in it yet."""
    parents = [Ingredient(origin.path, origin.found.mime, origin.title, "parentOf")]
    if not credentials.has_place(origin.found):
        parents = []
    actions = credentials.compressed() if parents else credentials.created(origin.marks, ())
    claim = credentials.Claim("Rendition", tuple(actions), tuple(parents))
    with _beside(rendition, "note") as noted, _beside(rendition, "signed") as signed:
        has_note = with_note and _embed(rendition, noted, found, origin.packet)
        latest = noted if has_note else rendition
        if _sign(latest, signed, found, claim, folder=origin.folder):
            latest = signed
        if latest != rendition:
            latest.replace(rendition)


def _ingredients(
    path: Path, found: MediaType, marks: Marks, parents: Sequence[Parent], *, vendor: bool
) -> list[Ingredient]:
    first = [Ingredient(path, found.mime, "As the vendor delivered it", "parentOf")] if vendor else []
    edits = marks.source is SourceType.COMPOSITE and not vendor
    known = [(parent, sniff_file(parent.path)) for parent in parents]
    others = [
        Ingredient(parent.path, kind.mime, parent.title, "parentOf" if edits and number == 0 else "inputTo")
        for number, (parent, kind) in enumerate(known)
        if credentials.has_place(kind)
    ]
    return [*first, *others]


def _embed(source: Path, target: Path, found: MediaType, packet: bytes) -> bool:
    try:
        containers.embed(source, target, found, packet)
    except containers.NoPlace as reason:
        _log.warning("marks.no_xmp %s: %s", found.mime, reason)
        return False
    return True


def _sign(source: Path, target: Path, found: MediaType, claim: credentials.Claim, *, folder: Path) -> bool:
    try:
        credentials.sign(source, target, found, claim, folder=folder)
    except credentials.NotSigned as reason:
        _log.warning("marks.not_signed %s: %s", found.mime, reason)
        return False
    return True


@contextmanager
def _beside(path: Path, word: str) -> Iterator[Path]:
    """A name in the same folder, so that it can take the file's place at once; gone afterwards."""
    beside = path.with_name(f".{path.name}.{word}")
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _moment(text: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return clock.now()
    return moment if moment.tzinfo is not None else clock.now()
