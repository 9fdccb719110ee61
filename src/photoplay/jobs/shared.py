"""What all processes of one studio must have alike: secrets, and the place of the media. The first one sets it."""

import hashlib
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.core.db import Database
from photoplay.core.errors import Conflict
from photoplay.core.files import in_thread
from photoplay.core.ids import new_id
from photoplay.core.rows import insert_into
from photoplay.jobs.tables import SharedRow
from photoplay.storage import Storage

_MEDIA, _WORLD = "media", "world"


class NotOfThisStudio(Conflict):
    """This machine lacks what the others of the studio have: its secrets, or the place of its media."""

    code = "not_of_this_studio"


async def check_shared(
    db: Database, storage: Storage, secrets: Sequence[Path], *, world: str, may_differ: Collection[Path] = ()
) -> None:
    """Makes sure that this machine signs, seals and stores as the others do. Raises `NotOfThisStudio`, `StorageAway`.

    `may_differ`: secrets that somebody may have changed since the first process told theirs.
    """
    marks = {path.name: await in_thread(_mark, path) for path in secrets}
    kept = await db.write(partial(_agree, marks=marks | {_WORLD: world}))
    if kept[_WORLD] != world:
        raise NotOfThisStudio(
            f"This database belongs to a studio whose vendors are {kept[_WORLD]}; here they are {world}. Give this one a "
            "DATABASE_URL of its own, or none."
        )
    differing = [path.name for path in secrets if kept[path.name] != marks[path.name] and path not in may_differ]
    if differing:
        names = " and ".join(f'"{name}"' for name in differing)
        raise NotOfThisStudio(
            f"{names} in the data folder of this machine differ from those of the studio's other machines. Copy "
            'secret.key, vendors.key and the folder "credentials" from the data folder of the first, then start again.'
        )
    if not await storage.exists(_key(kept[_MEDIA])):
        raise NotOfThisStudio(
            "The media of this studio are not where this machine looks for them. Give all machines the same bucket "
            "(PHOTOPLAY_S3_BUCKET) or the same folder (PHOTOPLAY_MEDIA_FOLDER), then start again."
        )


async def mark_media(db: Database, storage: Storage, spool: Path) -> None:
    """The first process of a studio leaves a mark at the place of the media, before any other may look for it."""
    known = await db.read(lambda session: session.get(SharedRow, _MEDIA))
    if known is not None:
        return
    mark = new_id("std")
    file = spool / mark
    await in_thread(file.write_text, mark)
    await storage.put_file(_key(mark), file)
    await in_thread(file.unlink)
    kept = await db.write(partial(_agree, marks={_MEDIA: mark}))
    if kept[_MEDIA] != mark:
        await storage.delete(_key(mark))


def _agree(session: Session, marks: dict[str, str]) -> dict[str, str]:
    """Leaves the marks that nobody had. All marks as they are then."""
    for name, mark in marks.items():
        session.execute(insert_into(session, SharedRow).values({"name": name, "mark": mark}).on_conflict_do_nothing())
    return {row.name: row.mark for row in session.scalars(select(SharedRow))}


def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _key(mark: str) -> str:
    return f"studio/{mark}"
