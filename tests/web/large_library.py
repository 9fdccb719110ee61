"""A studio with a library of any size, written straight into its tables: what no one would wait for by asking."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image
from sqlalchemy import insert
from sqlalchemy.orm import Session

from photoplay.assets.tables import AssetRow, BlobRow
from photoplay.bootstrap import ensure_owner, open_database
from photoplay.core.ids import id_at
from photoplay.core.settings import Settings
from photoplay.storage import Blob, LocalStorage, put_blob
from tests.web.browsing import StudioProcess

BATCH = 5_000
SHAPES = ((48, 27), (32, 32), (24, 36), (63, 27))
PROMPTS = ("First light over the ridge", "Calm ocean at sunset", "City in the rain", "Violet nebula")


def studio_with(count: int, folder: Path, *, days: int = 900) -> StudioProcess:
    """A started studio that keeps this many pictures, evenly over the last `days` days; the newest is a minute old."""
    asyncio.run(_write(count, folder / "data", days))
    return StudioProcess(folder / "data").start()


async def _write(count: int, data: Path, days: int) -> None:
    settings = Settings(data=data)
    settings.spool.mkdir(parents=True, exist_ok=True)
    db = open_database(settings)
    try:
        owner = await ensure_owner(db, settings)
        blobs = [await _picture(settings, shape) for shape in SHAPES]
        rows = list(_rows(count, owner.user_id, blobs, days))

        def _insert(session: Session) -> None:
            session.execute(insert(BlobRow), [{"sha256": one.sha256, "size_bytes": one.size_bytes} for one in blobs])
            for start in range(0, len(rows), BATCH):
                session.execute(insert(AssetRow), rows[start : start + BATCH])

        await db.write(_insert)
    finally:
        db.close()


async def _picture(settings: Settings, shape: tuple[int, int]) -> Blob:
    content = BytesIO()
    Image.new("RGB", shape, (40 + shape[0], 80, 40 + shape[1])).save(content, "PNG")
    file = settings.spool / f"{shape[0]}.png"
    file.write_bytes(content.getvalue())
    return await put_blob(LocalStorage(settings.blobs), file)


def _rows(count: int, owner_id: str, blobs: list[Blob], days: int) -> Iterator[dict[str, object]]:
    newest = datetime.now(UTC) - timedelta(minutes=1)
    for number in range(count):
        made = newest - timedelta(seconds=number * days * 86_400 / count)
        shape, blob = SHAPES[number % len(SHAPES)], blobs[number % len(SHAPES)]
        prompt = PROMPTS[number % len(PROMPTS)]
        yield {
            "id": f"{id_at('ast', made)[:-6]}{number % 32**4:06d}",
            "owner_id": owner_id,
            "kind": "image",
            "mime": "image/png",
            "size_bytes": blob.size_bytes,
            "width": shape[0] * 20,
            "height": shape[1] * 20,
            "sha256": blob.sha256,
            "title": f"{prompt} {number}",
            "prompt": prompt,
            "operation": "text-to-image",
            "model": "local:scene",
            "model_name": "Local scenes",
            "params": {},
            "facts": {},
            "presets": [],
            "findings": [],
            "month": f"{made:%Y-%m}",
            "is_trashed": False,
            "is_finished": True,
            "finish_attempts": 0,
            "position": 0,
            "created_at": made,
        }
