"""Takes a person's own file in: untouched, checked before it is decoded, kept as an asset without a price."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from photoplay import events
from photoplay.assets.addresses import ADDRESS_HASH, hash_of_address
from photoplay.assets.create import NewAsset, create_assets
from photoplay.assets.schemas import AssetView
from photoplay.assets.shelf import Shelf
from photoplay.core.errors import TooLarge
from photoplay.core.files import in_thread
from photoplay.core.http import Http
from photoplay.core.ids import new_id
from photoplay.media import Probe
from photoplay.operations import MediaKind
from photoplay.providers import Json
from photoplay.storage import Blob, put_blob, room_on_the_disk


class Uploader:
    """Streams a file to disk, looks at it in a child process, and keeps it."""

    def __init__(self, shelf: Shelf, *, max_bytes: int) -> None:
        self._shelf = shelf
        self._max_bytes = max_bytes

    async def take(self, owner_id: str, name: str, chunks: AsyncIterator[bytes]) -> AssetView:
        """The asset of an uploaded file. Raises `TooLarge`, `StorageAway`, and what `MediaWorker.probe` raises.

        Then nothing is kept.
        """
        with room_on_the_disk():
            path = await self._place()
        try:
            with room_on_the_disk():
                await self._spool_to(path, chunks)
            return await self._take_in(owner_id, name, path)
        finally:
            await in_thread(path.unlink, missing_ok=True)

    async def fetch(self, owner_id: str, address: str, http: Http, *, timeout_seconds: float) -> AssetView:
        """The asset of the file at an address outside, with a note of where it was.

        Raises `AddressRefused`, `FetchFailed`, and as `take`; then nothing is kept.
        """
        path = await self._place()
        try:
            with room_on_the_disk():
                await http.download(address, path, max_bytes=self._max_bytes, timeout_seconds=timeout_seconds)
            return await self._take_in(owner_id, unquote(urlsplit(address).path), path, address=address)
        finally:
            await in_thread(path.unlink, missing_ok=True)

    async def _place(self) -> Path:
        folder = self._shelf.spool / "uploads"
        await in_thread(folder.mkdir, parents=True, exist_ok=True)
        return folder / new_id("upl")

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

    async def _take_in(self, owner_id: str, name: str, path: Path, *, address: str = "") -> AssetView:
        probe = await self._shelf.media.probe(path)
        blob = await put_blob(self._shelf.storage, path, may_link=True)
        new = _new_asset(owner_id, name, probe, blob, address=address)
        return await self._shelf.db.write(lambda session: self._keep(session, new))

    def _keep(self, session: Session, new: NewAsset) -> AssetView:
        (view,) = create_assets(session, [new])
        events.record(session, self._shelf.hub, new.owner_id, "asset.created", {"asset": view.model_dump(mode="json")})
        return view


def _new_asset(owner_id: str, name: str, probe: Probe, blob: Blob, *, address: str) -> NewAsset:
    findings = [{"code": finding.code, "message": finding.message} for finding in probe.findings]
    facts: Mapping[str, Json] = {}
    if address:
        parts = urlsplit(address)
        findings.append(
            {"code": "fetched_from", "message": f"Fetched from {parts.scheme}://{parts.netloc}{parts.path}"}
        )
        facts = {ADDRESS_HASH: hash_of_address(address)}
    return NewAsset(
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
        facts=facts,
        thumbhash=probe.thumbhash,
        findings=findings,
    )


def _title(name: str) -> str:
    """What a file's name says of it: without folders, ending and characters that cannot be seen."""
    seen = "".join(character for character in name if character.isprintable())
    return PurePosixPath(seen.replace("\\", "/")).stem.strip() or "Upload"
