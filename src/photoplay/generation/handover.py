"""What a vendor answered with its files, kept where every worker reaches it until it is an asset: a machine may die with them.

Below `parcels/` in the storage, which only several workers on one Postgres use.
"""

from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from photoplay.core.files import in_thread
from photoplay.generation.order_ids import generation_of_order
from photoplay.generation.queries import orders_of
from photoplay.generation.runtime import Runtime
from photoplay.providers import Delivery, LocalFile
from photoplay.storage import KeyTaken, Storage, copy_of


async def keep_for_others(runtime: Runtime, order_id: str, answer: object) -> None:
    """Stores the files of a delivery, before it is noted. Nothing to do where one process is all there is."""
    if isinstance(answer, Delivery) and not runtime.db.is_sqlite:
        for file in answer.files:
            if isinstance(file, LocalFile):
                await _put(runtime.storage, _key(order_id, file.path.name), file.path)


async def at_hand(runtime: Runtime, order_id: str, file: LocalFile) -> Path:
    """A file of a delivery on this machine, brought here when another machine received it. Raises `NoSuchFile`."""
    if runtime.db.is_sqlite or await in_thread(file.path.is_file):
        return file.path
    await in_thread(file.path.parent.mkdir, parents=True, exist_ok=True)
    return await copy_of(runtime.storage, _key(order_id, file.path.name), file.path)


async def drop_kept(runtime: Runtime, generation_id: str) -> None:
    """Removes what was kept for a generation that has ended."""
    if runtime.db.is_sqlite:
        return
    keys = await runtime.db.read(partial(_kept, generation_id=generation_id))
    for key in keys:
        await runtime.storage.delete(key)


async def _put(storage: Storage, key: str, path: Path) -> None:
    """An order that was sent again under its key may bring another file than the first time: the last one counts."""
    try:
        await storage.put_file(key, path)
    except KeyTaken:
        await storage.delete(key)
        await storage.put_file(key, path)


def _kept(session: Session, generation_id: str) -> list[str]:
    return [
        _key(order.id, entry["path"])
        for order in orders_of(session, generation_id)
        for entry in (order.delivery or {"files": []})["files"]
        if "path" in entry
    ]


def _key(order_id: str, name: str) -> str:
    return f"parcels/{generation_of_order(order_id)}/{order_id}/{name}"
