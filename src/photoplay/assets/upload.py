"""Takes a person's own file in: untouched, checked before it is decoded, kept as an asset without a price."""

from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath

from sqlalchemy.orm import Session

from photoplay import events
from photoplay.assets.create import NewAsset, create_asset
from photoplay.assets.schemas import AssetView
from photoplay.assets.shelf import Shelf
from photoplay.core.errors import TooLarge
from photoplay.core.files import in_thread
from photoplay.core.ids import new_id
from photoplay.media import Probe
from photoplay.operations import MediaKind
from photoplay.storage import Blob, put_blob


class Uploader:
    """Streams an upload to a file, looks at it in a child process, and keeps it."""

    def __init__(self, shelf: Shelf, *, max_bytes: int) -> None:
        self._shelf = shelf
        self._max_bytes = max_bytes

    async def take(self, owner_id: str, name: str, chunks: AsyncIterator[bytes]) -> AssetView:
        """The asset of an uploaded file. Raises `TooLarge`, and what `MediaWorker.probe` raises; then nothing is kept."""
        folder = self._shelf.spool / "uploads"
        await in_thread(folder.mkdir, parents=True, exist_ok=True)
        path = folder / new_id("upl")
        try:
            await self._spool_to(path, chunks)
            probe = await self._shelf.media.probe(path)
            blob = await put_blob(self._shelf.storage, path)
            return await self._shelf.db.write(lambda session: self._keep(session, owner_id, name, probe, blob))
        finally:
            await in_thread(path.unlink, missing_ok=True)

    async def _spool_to(self, path: Path, chunks: AsyncIterator[bytes]) -> None:
        size = 0
        with await in_thread(path.open, "wb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > self._max_bytes:
                    raise TooLarge(
                        f"The file is larger than {self._max_bytes // 1_000_000} MB, the most that is taken."
                    )
                await in_thread(file.write, chunk)

    def _keep(self, session: Session, owner_id: str, name: str, probe: Probe, blob: Blob) -> AssetView:
        new = NewAsset(
            owner_id=owner_id,
            kind=MediaKind(probe.kind),
            blob=blob,
            mime=probe.mime,
            title=_title(name),
            prompt="",
            operation="upload",
            model="",
            model_name="",
            width=probe.width,
            height=probe.height,
            duration_seconds=probe.duration_seconds,
            fps=probe.fps,
            thumbhash=probe.thumbhash,
            findings=[{"code": finding.code, "message": finding.message} for finding in probe.findings],
        )
        view = create_asset(session, new)
        events.record(session, self._shelf.hub, owner_id, "asset.created", {"asset": view.model_dump(mode="json")})
        return view


def _title(name: str) -> str:
    """What a file's name says of it: without folders, ending and characters that cannot be seen."""
    seen = "".join(character for character in name if character.isprintable())
    return PurePosixPath(seen.replace("\\", "/")).stem.strip() or "Upload"
