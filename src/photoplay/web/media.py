"""The bytes of the media: `/media/{asset}/{rendition}-{hash8}.{ext}`, with ranges, 304 and the right to keep them for ever."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from stat import S_ISREG
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response, StreamingResponse

from photoplay.assets import Delivered, FileDamaged, NoSuchRendition, SignedLink
from photoplay.bootstrap import Studio
from photoplay.core.files import in_thread
from photoplay.storage import NoSuchFile, blob_key
from photoplay.web.deps import StudioDep, viewer_of

router = APIRouter(include_in_schema=False)
KEPT: Final = "private, max-age=31536000, immutable"
LENT: Final = "private, max-age=3600"
"""For a link that may be taken back."""
_NAME = re.compile(r"(?P<role>[a-z]+)-(?P<hash8>[0-9a-f]{8})\.(?P<ending>[a-z0-9]+)")
_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})|bytes=-(\d{1,18})")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


@router.get("/media/{asset_id}/{name}")
@router.head("/media/{asset_id}/{name}")
async def file(request: Request, studio: StudioDep, asset_id: str, name: str, download: bool = False) -> Response:
    """One file of an asset of the viewer, or of anybody's by a signed link."""
    parts = _NAME.fullmatch(name)
    link = _link_in(request)
    viewer_id = "" if link is not None else (await viewer_of(request)).user_id
    if parts is None:
        raise NoSuchRendition("There is no such file.")
    if link is not None:
        found = await studio.deliveries.find_signed(asset_id, parts["role"], parts["hash8"], link=link)
    else:
        found = await studio.deliveries.find(viewer_id, asset_id, parts["role"], parts["hash8"])
    if parts["ending"] != found.ending:
        raise NoSuchRendition("There is no such file.")
    headers = _headers(found, download, asset_id)
    if link is not None:
        headers["Cache-Control"] = LENT
    if _is_known(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return await _answer(request, studio, found, headers)


def _link_in(request: Request) -> SignedLink | None:
    """What a signed link says beside the file; None for an address without a signature."""
    until, signature = request.query_params.get("until", ""), request.query_params.get("signature", "")
    if not signature:
        return None
    if not (until.isascii() and until.isdecimal() and len(until) < 15):
        raise NoSuchRendition("There is no such file.")
    return SignedLink(request.url.path, int(until), signature)


def _headers(found: Delivered, download: bool, asset_id: str) -> dict[str, str]:
    headers = {
        "Cache-Control": KEPT,
        "ETag": f'"{found.sha256[:32]}"',
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if download:
        name = _NOT_IN_NAMES.sub("", found.name[:80]).strip(" .") or asset_id
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}.{found.ending}"
    return headers


def _is_known(asked: str, tag: str) -> bool:
    return asked.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in asked.split(","))


async def _answer(request: Request, studio: Studio, found: Delivered, headers: dict[str, str]) -> Response:
    path = studio.runtime.storage.local_path(blob_key(found.sha256))
    if path is None:
        return await _stream(request, studio, found, headers)
    there = await in_thread(_stat, path)
    if there is None or not S_ISREG(there.st_mode):
        raise NoSuchRendition("This file is gone from the disk. Bring it back from a backup of the data folder.")
    if there.st_size != found.size_bytes:
        raise FileDamaged(
            f"This file is damaged on the disk: it has {there.st_size:,} bytes instead of {found.size_bytes:,}. Bring "
            f"{path.name} back from a backup of the data folder; `photoplay doctor` names all that are damaged."
        )
    return FileResponse(path, media_type=found.mime, headers=headers, stat_result=there)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


async def _stream(request: Request, studio: Studio, found: Delivered, headers: dict[str, str]) -> Response:
    wanted = _RANGE.fullmatch(request.headers.get("range", ""))
    if wanted is None or request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
        start, end, status = 0, found.size_bytes, 200
    else:
        start, end = _bounds(wanted, found.size_bytes)
        status = 206
        if start >= end:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{found.size_bytes}"})
        headers = {**headers, "Content-Range": f"bytes {start}-{end - 1}/{found.size_bytes}"}
    headers = {**headers, "Content-Length": str(end - start)}
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=found.mime)
    chunks = studio.runtime.storage.open_range(blob_key(found.sha256), start, end)
    try:
        first = await anext(chunks, b"")
    except NoSuchFile as gone:
        raise NoSuchRendition("This file is gone from the object store. Bring it back from a backup.") from gone
    return StreamingResponse(_all(first, chunks), status, headers, found.mime)


async def _all(first: bytes, others: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The first chunk is read before the answer begins, so that a failure can still be told."""
    yield first
    async for chunk in others:
        yield chunk


def _bounds(wanted: re.Match[str], size: int) -> tuple[int, int]:
    first, last, suffix = wanted.groups()
    if suffix is not None:
        return max(0, size - int(suffix)), size
    return int(first), min(size, int(last) + 1) if last else size
