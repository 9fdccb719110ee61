"""Files on their way to and from Google: pictures within the request, large ones by its Files API, films from there."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from photoplay.core.calls import Answer
from photoplay.core.files import in_thread
from photoplay.providers._contract import Input, Order
from photoplay.providers._errors import Failed, Invalid, Unavailable, Unreadable
from photoplay.providers._files import base64_of, local_path
from photoplay.providers._wire import Wire

INLINE_BYTES: Final = 14_000_000
"""A request may have 20 MB, and base64 takes a third more: ai.google.dev/gemini-api/docs/files, read 2026-11-21."""
PIECE_BYTES: Final = 1 << 20
DOWNLOAD_SECONDS: Final = 300.0
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_UNKNOWN: Final = (403, 404)
"""A file that is not there is answered as one that may not be seen."""


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    name: str
    uri: str
    state: str = "ACTIVE"
    mime_type: str | None = Field(default=None, alias="mimeType")


async def placed(wire: Wire, order: Order) -> dict[int, tuple[str, str]]:
    """By the input's place in the order: ("data", base64), or ("uri", address) where all of them are too large to be sent along.

    Raises `Unavailable` while Google still prepares an upload: nothing is ordered yet, and the next try finds the upload.
    """
    if sum(given.size_bytes for given in order.inputs) <= INLINE_BYTES:
        return {place: ("data", await base64_of(given, order.spool)) for place, given in enumerate(order.inputs)}
    return {place: ("uri", await _uploaded(wire, given, order.spool)) for place, given in enumerate(order.inputs)}


async def _uploaded(wire: Wire, given: Input, spool: Path) -> str:
    """The address of the file at Google; what was sent there within two days is not sent again."""
    name = f"files/photoplay-{given.sha256[:30]}"
    answer = await wire.ask("GET", f"/v1/{name}", also_ok=_UNKNOWN)
    file = (
        _read_file(answer.json()) if answer.is_ok else await _upload(wire, given, name, await local_path(given, spool))
    )
    match file.state:
        case "ACTIVE":
            return file.uri
        case "FAILED":
            raise Invalid("Google cannot read one of the files. Nothing was ordered.")
        case _:
            raise Unavailable("Google still prepares the file. Nothing was ordered yet.")


async def _upload(wire: Wire, given: Input, name: str, path: Path) -> _File:
    start = {
        "X-Goog-Upload-Protocol": "resumable",
        "X-Goog-Upload-Command": "start",
        "X-Goog-Upload-Header-Content-Length": str(given.size_bytes),
        "X-Goog-Upload-Header-Content-Type": given.mime,
    }
    about = {"file": {"name": name, "mime_type": given.mime, "size_bytes": str(given.size_bytes)}}
    answer = await wire.ask("POST", "/upload/v1/files", json=about, headers=start)
    url = answer.header("x-goog-upload-url")
    if not url:
        raise Unreadable("Google named no address for the upload.")
    with await in_thread(path.open, "rb") as file:
        for offset in range(0, max(given.size_bytes, 1), PIECE_BYTES):
            piece = await in_thread(file.read, PIECE_BYTES)
            command = "upload, finalize" if offset + PIECE_BYTES >= given.size_bytes else "upload"
            headers = {"X-Goog-Upload-Command": command, "X-Goog-Upload-Offset": str(offset)}
            answer = await wire.ask("POST", url, body=piece, headers=headers, timeout_seconds=120)
    return _read_file((answer.json() or {}).get("file"))


async def fetched(wire: Wire, uri: str, path: Path) -> bool:
    """Fetches a file that Google made; False while it is not ready yet. Raises `Failed` when it is gone."""
    version, is_file, name = urlsplit(uri).path.rpartition("/files/")
    if is_file:
        about = urljoin(uri, f"{version}/files/{name.partition(':')[0]}")
        told = await wire.ask("GET", about, also_ok=_UNKNOWN)
        state = _read_file(told.json()).state if told.is_ok else "ACTIVE"
        if state == "FAILED":
            raise Failed("Google made it, and cannot give it out.", billed_usd=None)
        if state != "ACTIVE":
            return False
        uri = uri if "alt=media" in uri else f"{uri}{'&' if '?' in uri else '?'}alt=media"
    answer = await _download(wire, uri, path)
    if not answer.is_ok:
        raise Failed("Google keeps its files for two days, and this one is gone.", billed_usd=None)
    return True


async def _download(wire: Wire, url: str, path: Path) -> Answer:
    for _hop in range(4):
        answer = await wire.ask("GET", url, to=path, also_ok=(*_REDIRECTS, *_UNKNOWN), timeout_seconds=DOWNLOAD_SECONDS)
        if answer.status not in _REDIRECTS:
            return answer
        url = urljoin(url, answer.header("location") or "")
    raise Unreadable("Google's address for the file leads on and on.")


def _read_file(told: Any) -> _File:
    try:
        return _File.model_validate(told)
    except ValidationError as error:
        raise Unreadable("Google said something of a file that we cannot read.") from error
