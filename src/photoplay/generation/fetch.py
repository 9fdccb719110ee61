"""Brings the files of a delivery home: streams them, verifies them, writes the marks, hashes and stores them.

Every step can be done twice: marks are written into a copy, and the storage keeps a file under its hash.
"""

import asyncio
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from photoplay.assets import NewRendition
from photoplay.core import clock
from photoplay.core.errors import BadInput, TooLarge, Unprocessable
from photoplay.core.files import in_thread
from photoplay.core.log import Log
from photoplay.generation.advance import to_failed
from photoplay.generation.handover import at_hand
from photoplay.generation.orders import access_of
from photoplay.generation.parcel import Parcel, StoredFile
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Phase, Status
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.generation.take_over import held_with
from photoplay.media import Marks, Parent, Probe, SourceType
from photoplay.providers import Delivery, Json, LocalFile, RemoteFile
from photoplay.storage import Blob, blob_in, file_of, put_blob

LARGEST_BYTES: Final = 2_000_000_000
_log = Log("generation")


@dataclass(frozen=True)
class _Came:
    """A file that is here, as it came. `probe`: what is known of it without a look."""

    path: Path
    received: Blob
    probe: Probe | None


async def fetch(runtime: Runtime, row: GenerationRow, order_id: str, delivery: Delivery) -> Parcel | None:
    """Stores what was delivered. None when the files are no media, which ends the generation as failed.

    Raises when disk, storage or network fail: the caller comes back, as the result is paid for.
    """
    address = None
    if any(isinstance(file, RemoteFile) for file in delivery.files):
        order = await runtime.db.write(partial(_note_phase, runtime=runtime, order_id=order_id))
        address = (await access_of(runtime, order)).address or None
    spool = runtime.spool_of(order_id)
    originals = [file for file in delivery.files if file.role == "original"]
    ready = [file for file in delivery.files if file.role != "original"]
    try:
        stored: list[StoredFile] = []
        first_hash = ""
        for number, file in enumerate(originals):
            path = spool / f"fetched-{number}"
            received = await _bring(runtime, file, path, order_id=order_id, trusted=address)
            first_hash = first_hash or received.sha256
            came = _Came(path, received, _known(file, delivery, row))
            stored.append(await _store(runtime, row, came, ready=() if number else ready))
        if not stored:
            raise Unprocessable("There is no file in it.")
    except (BadInput, TooLarge, Unprocessable) as error:
        _log.warning("fetch.unusable", order=order_id, error=error.message)
        await runtime.db.write(partial(_unusable, runtime=runtime, order_id=order_id, message=error.message))
        return None
    return Parcel(stored, delivery.billed_usd, first_hash, delivery.metadata)


def delivery_of(runtime: Runtime, order: OrderRow) -> Delivery:
    """The delivery that was stored on an order when its answer brought the files along."""
    facts: dict[str, Any] = order.delivery or {"files": [], "metadata": {}}
    return Delivery(
        files=tuple(_file(runtime.spool_of(order.id), entry) for entry in facts["files"]),
        billed_usd=order.billed_usd,
        metadata=facts["metadata"],
    )


def _file(spool: Path, facts: dict[str, Any]) -> LocalFile | RemoteFile:
    if "url" in facts:
        return RemoteFile(url=facts["url"], mime=facts["mime"], role=facts["role"])
    known = {name: facts[name] for name in ("mime", "role", "width", "height", "duration_seconds", "fps")}
    return LocalFile(path=spool / facts["path"], **known)


async def _bring(
    runtime: Runtime, file: LocalFile | RemoteFile, target: Path, *, order_id: str, trusted: str | None
) -> Blob:
    """Puts it under a name of ours, so that a second run begins from what the vendor sent. Returns what it is.

    It may be the provider's own file: it is replaced when it is marked, never written into. What an earlier run has left
    there goes first: the storage may hold that very file by another name.
    `trusted`: the vendor's own address, which the owner may have set to one in a private network. No key is sent along.
    """
    if isinstance(file, LocalFile):
        return await in_thread(_named, await at_hand(runtime, order_id, file), target)
    await in_thread(target.unlink, missing_ok=True)
    await runtime.http.download(file.url, target, max_bytes=LARGEST_BYTES, trusted=trusted)
    return await in_thread(blob_in, target)


def _named(source: Path, target: Path) -> Blob:
    """A second name for the file costs nothing; where that cannot be, a copy."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return blob_in(target)


async def _store(
    runtime: Runtime, row: GenerationRow, came: _Came, *, ready: Sequence[LocalFile | RemoteFile]
) -> StoredFile:
    probe = came.probe or await runtime.media.probe(came.path)
    credentials, blob = await _credentials(runtime, row, came)
    putting = asyncio.ensure_future(put_blob(runtime.storage, came.path, may_link=True, known=blob))
    try:
        renditions = await _store_all(runtime, row, came.path, ready)
    finally:
        await asyncio.wait([putting])
    return StoredFile(
        blob=putting.result(),
        mime=probe.mime,
        kind=probe.kind,
        width=probe.width,
        height=probe.height,
        duration_seconds=probe.duration_seconds,
        fps=probe.fps,
        thumbhash=probe.thumbhash,
        findings=[{"code": finding.code, "message": finding.message} for finding in probe.findings],
        credentials=credentials,
        renditions=renditions,
    )


async def _credentials(runtime: Runtime, row: GenerationRow, came: _Came) -> tuple[Mapping[str, Json] | None, Blob]:
    """Marks the file, which replaces it; what the asset notes of it, and what the file is then.

    What was only found is never marked as made.
    """
    if runtime.catalog.find(row.model).card.is_found:
        return {"state": "found"}, came.received
    parents = await _parents(runtime, row, came.path.parent)
    marked = await runtime.media.mark(came.path, _marks(row, runtime), parents=parents)
    if not (marked.xmp or marked.signed):
        return None, came.received
    noted: dict[str, Json] | None = {"state": "valid", "xmp": marked.xmp} if marked.signed else None
    return noted, Blob(marked.sha256, marked.size_bytes)


async def _store_all(
    runtime: Runtime, row: GenerationRow, original: Path, ready: Sequence[LocalFile | RemoteFile]
) -> list[NewRendition]:
    """Stores renditions that came ready, side by side. When one fails, the others have ended before that is raised."""
    local = [file for file in ready if isinstance(file, LocalFile)]
    storing = [asyncio.ensure_future(_store_ready(runtime, row, original, file)) for file in local]
    if storing:
        await asyncio.wait(storing)
    return [one.result() for one in storing]


async def _store_ready(runtime: Runtime, row: GenerationRow, original: Path, file: LocalFile) -> NewRendition:
    """What people may download says where it comes from, as the original does."""
    if file.role in ("webp", "preview") and not runtime.catalog.find(row.model).card.is_found:
        parents = [Parent(original, row.prompt[:80] or row.operation)]
        await runtime.media.mark(file.path, _marks(row, runtime), parents=parents)
    blob = await put_blob(runtime.storage, file.path)
    return NewRendition(file.role, blob, file.mime, file.width, file.height)


def _known(file: LocalFile | RemoteFile, delivery: Delivery, row: GenerationRow) -> Probe | None:
    """What our own renderer says of the file it has just written needs no second look."""
    thumbhash = delivery.metadata.get("thumbhash")
    if row.provider != "local" or not isinstance(file, LocalFile):
        return None
    if row.kind != "audio" and (file.width is None or not isinstance(thumbhash, str)):
        return None
    return Probe(
        kind=_kind_of(file.mime),
        mime=file.mime,
        extension=file.path.suffix.lstrip("."),
        size_bytes=0,
        width=file.width,
        height=file.height,
        duration_seconds=file.duration_seconds,
        fps=file.fps,
        thumbhash=thumbhash if isinstance(thumbhash, str) else None,
    )


def _kind_of(mime: str) -> Any:
    return mime.partition("/")[0]


def _marks(row: GenerationRow, runtime: Runtime) -> Marks:
    is_trained = runtime.catalog.find(row.model).card.is_trained
    trained = SourceType.COMPOSITE if row.inputs else SourceType.TRAINED
    return Marks(
        source=trained if is_trained else SourceType.ALGORITHMIC,
        model=row.model,
        made_at=clock.now(),
        prompt=row.prompt or None,
        title=row.prompt[:80] or None,
    )


async def _parents(runtime: Runtime, row: GenerationRow, spool: Path) -> list[Parent]:
    return [
        Parent(await file_of(runtime.storage, entry["sha256"], spool / f"parent-{number}"), entry["title"])
        for number, entry in enumerate(row.inputs)
    ]


def _note_phase(session: Session, runtime: Runtime, order_id: str) -> OrderRow:
    row, order = held_with(session, order_id, runtime.lease.id)
    if not Status(row.status).is_final:
        row.phase = Phase.FETCHING.value
    order.ready_at = order.ready_at or clock.now()
    return order


def _what_is_wrong(message: str) -> str:
    """The first sentence; the next one tells somebody who uploads a file what to do, which a vendor is not."""
    return message.partition(". ")[0].rstrip(".")


def _unusable(session: Session, runtime: Runtime, order_id: str, message: str) -> None:
    row, order = held_with(session, order_id, runtime.lease.id)
    order.error, order.ended_at = message, clock.now()
    if Status(row.status).is_final:
        return
    cost = order.billed_usd if order.billed_usd is not None else order.quoted_usd
    to_failed(
        session,
        runtime.hub,
        row,
        code="unusable_result",
        message=f"What came back cannot be used: {_what_is_wrong(message)}. You are not charged.",
        retryable=True,
        billed=(order, cost),
    )
