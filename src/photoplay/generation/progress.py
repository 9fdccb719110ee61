"""Progress of a running generation: on the row at most once a second, to those who look on at once."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.files import in_thread
from photoplay.core.log import Log
from photoplay.core.rows import connection_of, table_of
from photoplay.core.signals import tell
from photoplay.generation.queries import preview_view
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Status
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.providers import LocalFile, Waiting
from photoplay.storage import NoSuchFile, StorageAway, copy_of

WORD_CHARACTERS: Final = 40
PROGRESS: Final = "progress"
"""The signal of how far a generation is."""
_log = Log("generation")
_TOLD: Final = update(table_of(GenerationRow)).where(
    GenerationRow.id == bindparam("told"),
    GenerationRow.status == Status.RUNNING.value,
    GenerationRow.worker_id == bindparam("teller"),
)


async def note_progress(
    runtime: Runtime, row: GenerationRow, order: OrderRow, waiting: Waiting, *, on_row: bool = True
) -> None:
    """Tells what the provider told, or an estimate from the usual time where it told nothing.

    `on_row`: writes it too. A new word and a new preview are always written.
    """
    before = row.word, row.preview
    elapsed = max(0.0, (clock.now() - (order.answered_at or order.sent_at)).total_seconds())
    expected = max(0.1, row.seconds_expected)
    told = waiting.progress is not None
    row.progress = waiting.progress if told else min(95.0, 100 * elapsed / expected)
    row.seconds_left = waiting.seconds_left if waiting.seconds_left is not None else max(0.0, expected - elapsed)
    row.is_estimate = waiting.seconds_left is None
    row.word = waiting.word[:WORD_CHARACTERS] or row.word
    if waiting.previews:
        await _keep_preview(runtime, row, waiting.previews[-1])
    if on_row or before != (row.word, row.preview):
        await runtime.db.write_each(_write_each, runtime, row)
    tell_progress(runtime, row)


class EarlyPreviews:
    """Shows what comes while a vendor still answers its order. `show` is what an order calls."""

    def __init__(self, runtime: Runtime, row: GenerationRow, order: OrderRow) -> None:
        self._runtime, self._row, self._order = runtime, row, order
        self._last: asyncio.Task[None] | None = None

    def show(self, preview: LocalFile) -> None:
        """Keeps and tells it, after those before it."""
        self._last = asyncio.create_task(self._show(preview, self._last))

    async def until_shown(self) -> None:
        """Waits for the last."""
        if self._last is not None:
            await self._last

    async def _show(self, preview: LocalFile, before: "asyncio.Task[None] | None") -> None:
        if before is not None:
            await before
        try:
            await note_progress(self._runtime, self._row, self._order, Waiting(word="Painting", previews=(preview,)))
        except Exception as broken:  # noqa: BLE001 - a preview less must not cost the order
            _log.failure("preview.broke", broken, order=self._order.id)


def tell_progress(runtime: Runtime, row: GenerationRow) -> None:
    """Tells those who look on how far a generation is, as it stands on the row."""
    runtime.hub.tell_progress(row.owner_id, _facts(row))


def announce_progress(session: Session, row: GenerationRow) -> None:
    """Tells those who look on from other machines, once this is committed."""
    tell(session, PROGRESS, {"owner": row.owner_id, "data": _facts(row)})


def preview_path(runtime: Runtime, generation_id: str) -> Path:
    """Where the newest preview of a running generation lies."""
    return runtime.settings.spool / "previews" / generation_id


async def preview_file(runtime: Runtime, generation_id: str, number: int) -> Path | None:
    """The preview of this number as a file of this machine, brought from the worker that made it; None when it is gone."""
    path = preview_path(runtime, generation_id)
    if runtime.db.is_sqlite:
        return path if await in_thread(path.is_file) else None
    path = path.with_name(f"{generation_id}.{number}")
    if not await in_thread(path.is_file):
        try:
            await in_thread(path.parent.mkdir, parents=True, exist_ok=True)
            await copy_of(runtime.storage, _preview_key(generation_id, number), path)
        except (NoSuchFile, StorageAway):
            return None
    return path


async def drop_kept_preview(runtime: Runtime, generation_id: str) -> None:
    """Removes the previews that other machines could read."""
    if not runtime.db.is_sqlite:
        kept = [stored.key async for stored in runtime.storage.list(f"previews/{generation_id}")]
        for key in kept:
            await runtime.storage.delete(key)


def _preview_key(generation_id: str, number: int) -> str:
    return f"previews/{generation_id}/{number}"


def drop_preview(runtime: Runtime, generation_id: str) -> None:
    """Removes the preview of a generation that has ended."""
    path = preview_path(runtime, generation_id)
    path.unlink(missing_ok=True)
    if not runtime.db.is_sqlite:
        for brought in path.parent.glob(f"{generation_id}.*"):
            brought.unlink(missing_ok=True)


async def _keep_preview(runtime: Runtime, row: GenerationRow, preview: LocalFile) -> None:
    stamp = f"{preview.path.name}:{preview.mime}"
    if row.preview is not None and row.preview["stamp"] == stamp:
        return
    target = preview_path(runtime, row.id)
    await in_thread(target.parent.mkdir, parents=True, exist_ok=True)
    await in_thread(shutil.copyfile, preview.path, target)
    number = (row.preview or {"number": 0})["number"] + 1
    if not runtime.db.is_sqlite:
        await runtime.storage.put_file(_preview_key(row.id, number), target)
    row.preview = {"number": number, "mime": preview.mime, "stamp": stamp}


def _write_each(session: Session, _runtime: Runtime, seen: Sequence[GenerationRow]) -> list[None]:
    for row in seen:
        announce_progress(session, row)
    connection_of(session).execute(_TOLD, [_values(row) for row in seen])
    return [None] * len(seen)


def _values(seen: GenerationRow) -> dict[str, Any]:
    names = ("progress", "seconds_left", "is_estimate", "word", "preview")
    return {"told": seen.id, "teller": seen.worker_id} | {name: getattr(seen, name) for name in names}


def _facts(row: GenerationRow) -> dict[str, Any]:
    preview = preview_view(row)
    return {
        "id": row.id,
        "phase": row.phase,
        "word": row.word,
        "progress": row.progress,
        "seconds_left": row.seconds_left,
        "seconds_left_is_estimate": row.is_estimate,
        "preview": preview.model_dump() if preview else None,
    }
