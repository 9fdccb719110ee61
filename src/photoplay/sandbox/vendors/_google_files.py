"""Simulated Google's Files API: what customers upload in pieces, and what interactions made."""

import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.deliveries import deliver, is_gone
from photoplay.sandbox.vendors._google_rules import PATH, VENDOR, no_key, refused
from photoplay.sandbox.world import World

KEPT_SECONDS: Final = 172_800.0
PREPARING_SECONDS: Final = 2.0
HIDDEN: Final = "You do not have permission to access the File {name} or it may not exist."


class Files:
    """Uploads live as long as the sandbox; what was made follows from the book."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._uploads: dict[str, dict[str, Any]] = {}
        self._sessions: dict[str, str] = {}

    def routes(self, version: str) -> list[BaseRoute]:
        """Its part of the API."""
        return [
            Route(f"/upload/{version}/files", self.start, methods=["POST"]),
            Route(f"/upload/{version}/session/{{session}}", self.piece, methods=["POST"]),
            Route(f"/{version}/files", self.listed),
            Route(f"/{version}/files/{{name}}:download", self.download),
            Route(f"/{version}/files/{{name}}", self.file),
            Route(f"/{version}/files/{{name}}", self.delete, methods=["DELETE"]),
        ]

    def wrong(self, given: Sequence[dict[str, Any]]) -> str:
        """What is wrong with the files that a request names."""
        for one in given:
            name = str(one.get("uri") or "").rpartition("/")[2]
            if not one.get("data") and name not in self._uploads:
                return HIDDEN.format(name=name or "''")
            if not one.get("data") and self._state(self._uploads[name]["at"]) != "ACTIVE":
                return f"The File {name} is not in an ACTIVE state and usage is not allowed."
        return ""

    async def start(self, request: Request) -> Response:
        if refusal := no_key(request):
            return refusal
        about = (await request.json()).get("file", {}) if await request.body() else {}
        name = str(about.get("name") or f"files/{secrets.token_hex(6)}").removeprefix("files/")
        session = secrets.token_hex(16)
        self._sessions[session] = name
        mime = (
            about.get("mimeType") or about.get("mime_type") or request.headers.get("x-goog-upload-header-content-type")
        )
        self._uploads[name] = {"mime": mime, "size": 0, "at": None}
        version = "v1beta" if "/v1beta/" in request.url.path else "v1"
        url = f"{self._world.url}{PATH}/upload/{version}/session/{session}"
        return JSONResponse({}, headers={"X-Goog-Upload-URL": url, "X-Goog-Upload-Status": "active"})

    async def piece(self, request: Request) -> Response:
        name = self._sessions.get(request.path_params["session"])
        if name is None:
            return refused(404, "NOT_FOUND", "Upload session not found.")
        upload, command = self._uploads[name], request.headers.get("x-goog-upload-command", "")
        if int(request.headers.get("x-goog-upload-offset", "0")) != upload["size"]:
            return refused(400, "INVALID_ARGUMENT", "Wrong upload offset.")
        upload["size"] += len(await request.body())
        if "finalize" not in command:
            return JSONResponse({}, headers={"X-Goog-Upload-Status": "active"})
        upload["at"] = time.time()  # noqa: TID251 - the vendor's own clock
        return JSONResponse({"file": self._shown(name)}, headers={"X-Goog-Upload-Status": "final"})

    async def listed(self, request: Request) -> Response:
        names = [name for name, upload in self._uploads.items() if upload["at"] is not None]
        return no_key(request) or JSONResponse({"files": [self._shown(name) for name in names]})

    async def file(self, request: Request) -> Response:
        if refusal := no_key(request):
            return refusal
        name = request.path_params["name"]
        job = self._world.book.find(VENDOR, name)
        if name in self._uploads and self._uploads[name]["at"] is not None:
            return JSONResponse(self._shown(name))
        if job is None or job.outcome != "succeeded":
            return refused(403, "PERMISSION_DENIED", HIDDEN.format(name=name))
        return await self._media(job) if request.query_params.get("alt") == "media" else JSONResponse(self._made(job))

    async def download(self, request: Request) -> Response:
        if refusal := no_key(request):
            return refusal
        job = self._world.book.find(VENDOR, request.path_params["name"])
        if job is None or job.outcome != "succeeded":
            return refused(403, "PERMISSION_DENIED", HIDDEN.format(name=request.path_params["name"]))
        return await self._media(job)

    async def delete(self, request: Request) -> Response:
        if refusal := no_key(request):
            return refusal
        if self._uploads.pop(request.path_params["name"], None) is None:
            return refused(403, "PERMISSION_DENIED", HIDDEN.format(name=request.path_params["name"]))
        return JSONResponse({})

    async def _media(self, job: Job) -> Response:
        if self._state(job.made_at + job.seconds) != "ACTIVE":
            return refused(400, "FAILED_PRECONDITION", f"The File {job.id} is not in an ACTIVE state.")
        if is_gone(self._world, job, KEPT_SECONDS):
            return refused(404, "NOT_FOUND", f"File {job.id} has expired.")
        return await deliver(self._world, job)

    def _state(self, ready_at: float | None) -> str:
        now = time.time()  # noqa: TID251 - the vendor's own clock
        return (
            "ACTIVE" if ready_at is not None and now > ready_at + PREPARING_SECONDS * self._world.pace else "PROCESSING"
        )

    def _shown(self, name: str) -> dict[str, Any]:
        upload = self._uploads[name]
        shown = self._common(name, upload["at"])
        return {**shown, "mimeType": upload["mime"], "sizeBytes": str(upload["size"]), "source": "UPLOADED"}

    def _made(self, job: Job) -> dict[str, Any]:
        shown = self._common(job.id, job.made_at + job.seconds)
        link = f"{shown['uri']}:download?alt=media"
        return {**shown, "mimeType": job.facts["mime"], "source": "GENERATED", "downloadUri": link}

    def _common(self, name: str, at: float) -> dict[str, Any]:
        return {
            "name": f"files/{name}",
            "uri": f"{self._world.url}{PATH}/v1/files/{name}",
            "createTime": _time(at),
            "updateTime": _time(at),
            "expirationTime": _time(at + KEPT_SECONDS),
            "state": self._state(at),
        }


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
