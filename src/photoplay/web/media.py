"""The bytes of the media: `/media/{asset}/{rendition}-{hash8}.{ext}`, with ranges, 304 and the right to keep them for ever."""

import re
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response, StreamingResponse

from photoplay.assets import Delivered, NoSuchRendition
from photoplay.bootstrap import Studio
from photoplay.storage import blob_key
from photoplay.web.deps import StudioDep, viewer_of

router = APIRouter(include_in_schema=False)
KEPT: Final = "private, max-age=31536000, immutable"
_NAME = re.compile(r"(?P<role>[a-z]+)-(?P<hash8>[0-9a-f]{8})\.(?P<ending>[a-z0-9]+)")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@router.get("/media/{asset_id}/{name}")
@router.head("/media/{asset_id}/{name}")
async def file(request: Request, studio: StudioDep, asset_id: str, name: str, download: bool = False) -> Response:
    """One file of an asset of the viewer."""
    viewer = await viewer_of(request)
    parts = _NAME.fullmatch(name)
    if parts is None:
        raise NoSuchRendition("There is no such file.")
    found = await studio.deliveries.find(viewer.user_id, asset_id, parts["role"], parts["hash8"])
    headers = _headers(found, parts["ending"], download)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    path = studio.runtime.storage.local_path(blob_key(found.sha256))
    if path is not None:
        return FileResponse(path, media_type=found.mime, headers=headers)
    return _stream(request, studio, found, headers)


def _headers(found: Delivered, ending: str, download: bool) -> dict[str, str]:
    headers = {
        "Cache-Control": KEPT,
        "ETag": f'"{found.sha256[:32]}"',
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if download:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name[:80])}.{ending}"
    return headers


def _stream(request: Request, studio: Studio, found: Delivered, headers: dict[str, str]) -> Response:
    start, end = 0, found.size_bytes
    wanted = _RANGE.fullmatch(request.headers.get("range", ""))
    if wanted and (wanted[1] or wanted[2]):
        start = int(wanted[1]) if wanted[1] else max(0, end - int(wanted[2]))
        end = min(end, int(wanted[2]) + 1) if wanted[1] and wanted[2] else end
        if start >= end:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{found.size_bytes}"})
        headers = {**headers, "Content-Range": f"bytes {start}-{end - 1}/{found.size_bytes}"}
    body: AsyncIterator[bytes] = studio.runtime.storage.open_range(blob_key(found.sha256), start, end)
    headers = {**headers, "Content-Length": str(end - start)}
    return StreamingResponse(body, 206 if wanted else 200, headers, found.mime)
