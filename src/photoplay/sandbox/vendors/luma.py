"""Luma's agents API as it speaks: generations that are queued, made and linked for an hour; files that are uploaded first."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.deliveries import deliver, is_gone
from photoplay.sandbox.world import Trouble, World

VENDOR: Final = "luma"
PATH: Final = "/luma"
LINK_SECONDS: Final = 3600.0
WORK_SECONDS: Final = {"image": 3.0, "image_edit": 3.0, "video": 8.0, "video_edit": 8.0, "video_reframe": 8.0}
_FIELDS: Final = {
    "prompt", "model", "type", "aspect_ratio", "image_ref", "source", "style", "output_format", "web_search", "user_id", "video",
    "layering",
}  # fmt: skip
_MODELS: Final = {"uni-1": "image", "uni-1-max": "image", "ray-3.2": "video"}
_ASPECTS: Final = {"3:1", "2:1", "21:9", "16:9", "4:3", "3:2", "1:1", "3:4", "2:3", "9:16", "1:2", "1:3"}
_FILM_USD: Final = {"360p": "0.06", "540p": "0.15", "720p": "0.30", "1080p": "1.20"}
"""Five seconds; ten cost three times as much."""
_EDIT_USD: Final = {"360p": "0.54", "540p": "0.72", "720p": "1.08", "1080p": "2.16"}
"""Five seconds of a film that is changed."""
_IMAGE_USD: Final = {"uni-1": "0.0404", "uni-1-max": "0.10"}


def routes(world: World) -> list[BaseRoute]:
    """Its API."""
    luma = _Luma(world)
    return [
        Route("/v1/generations", luma.create, methods=["POST"]),
        Route("/v1/generations/{generation}", luma.generation),
        Route("/v1/files", luma.list_files, methods=["GET"]),
        Route("/v1/files", luma.begin_file, methods=["POST"]),
        Route("/v1/files/{file}/complete", luma.complete_file, methods=["POST"]),
        Route("/v1/files/{file}", luma.file, methods=["GET", "DELETE"]),
        Route("/uploads/{file}", luma.put_file, methods=["PUT"]),
        Route("/output/{generation}.{ending}", luma.output),
    ]


class _Luma:
    def __init__(self, world: World) -> None:
        self._world = world
        self._files: dict[str, dict[str, Any]] = {}

    async def create(self, request: Request) -> Response:
        refused = _refused(request) or await self._world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        body = await request.json()
        wrong = _wrong(body) or self._wrong_media(body)
        if wrong:
            return JSONResponse({"detail": wrong, "code": "invalid_request"}, 400)
        job = _take(self._world, body)
        return await self._world.answer(VENDOR, JSONResponse(_told(self._world, job), 201), _trouble)

    async def generation(self, request: Request) -> Response:
        refused = _refused(request)
        job = self._world.book.find(VENDOR, request.path_params["generation"])
        if refused is not None or job is None:
            return refused or JSONResponse({"detail": "Generation not found"}, 404)
        if self._world.faults.take(VENDOR, "check-error"):
            return JSONResponse({"detail": "Bad gateway"}, 502)
        return JSONResponse(_told(self._world, job))

    async def output(self, request: Request) -> Response:
        job = self._world.book.find(VENDOR, request.path_params["generation"])
        if job is None or is_gone(self._world, job, LINK_SECONDS):
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
        return await deliver(self._world, job)

    async def begin_file(self, request: Request) -> Response:
        refused = _refused(request)
        if refused is not None:
            return refused
        body, file, now = await request.json(), _uuid(), datetime.now(UTC)  # noqa: TID251 - the vendor's own clock
        facts = {
            "id": file,
            "created_at": now.isoformat(),
            "mime_type": body["mime_type"],
            "size_bytes": body["size_bytes"],
            "filename": body.get("filename"),
            "purpose": body.get("purpose", "input"),
            "state": "pending",
        }
        self._files[file] = facts
        place = {
            "url": f"{self._world.url}{PATH}/uploads/{file}",
            "method": "PUT",
            "headers": {"Content-Type": body["mime_type"]},
            "expires_at": (now + timedelta(hours=1)).isoformat(),
        }
        return JSONResponse({"id": file, "state": "pending", "file": facts, "upload": place}, 201)

    async def put_file(self, request: Request) -> Response:
        facts = self._files.get(request.path_params["file"])
        if facts is None or len(await request.body()) != facts["size_bytes"]:
            return Response("<Error><Code>BadDigest</Code></Error>", 400, media_type="application/xml")
        facts["arrived"] = True
        return Response(status_code=200)

    async def complete_file(self, request: Request) -> Response:
        facts = self._files.get(request.path_params["file"])
        if _refused(request) or facts is None:
            return _refused(request) or JSONResponse({"detail": "File not found"}, 404)
        if not facts.get("arrived"):
            return JSONResponse({"detail": "The bytes have not arrived"}, 409)
        facts["state"] = "ready"
        return JSONResponse(facts)

    async def file(self, request: Request) -> Response:
        facts = self._files.get(request.path_params["file"])
        if _refused(request) or facts is None:
            return _refused(request) or JSONResponse({"detail": "File not found"}, 404)
        if request.method == "DELETE":
            facts["state"] = "deleted"
            return Response(status_code=204)
        return JSONResponse(facts)

    async def list_files(self, request: Request) -> Response:
        files = [facts for facts in self._files.values() if facts["state"] != "deleted"]
        return _refused(request) or JSONResponse({"data": files, "has_more": False, "next_cursor": None})

    def _wrong_media(self, body: Mapping[str, Any]) -> str:
        video = body.get("video") or {}
        many = [*(body.get("image_ref") or ()), *(video.get("keyframes") or ())]
        given = [body.get("source"), video.get("start_frame"), video.get("end_frame"), *many]
        return next((problem for one in given if one and (problem := self._bad(one))), "")

    def _bad(self, media: Mapping[str, Any]) -> str:
        ways = [name for name in ("url", "data", "generation_id", "file_id") if media.get(name)]
        if len(ways) != 1:
            return "A media reference needs exactly one of url, data, generation_id, file_id"
        if "file_id" in ways and self._files.get(media["file_id"], {}).get("state") != "ready":
            return "The file is not ready"
        if "data" in ways and not _is_base64(media):
            return "data needs base64 and media_type"
        return ""


def _take(world: World, body: Mapping[str, Any]) -> Job:
    kind, model = body.get("type", "image"), body.get("model", "uni-1")
    is_film = kind.startswith("video")
    video = body.get("video") or {}
    lines, length = video.get("resolution") or "720p", 10 if video.get("duration") == "10s" else 5
    if kind == "video_edit":
        cost = Decimal(_EDIT_USD[lines])
    elif is_film:
        cost = Decimal(_FILM_USD[lines]) * (3 if length == 10 else 1)
    else:
        pictures = len(body.get("image_ref") or ()) + bool(body.get("source"))
        cost = Decimal(_IMAGE_USD[model]) + Decimal("0.003") * pictures
    form = "video/mp4" if is_film else f"image/{body.get('output_format') or 'png'}"
    shape = body.get("aspect_ratio") or ("16:9" if is_film else "1:1")
    facts = {"mime": form, "size": _frame(shape, int(lines[:-1]) if is_film else 0), "seconds": length, "kind": kind}
    return world.take(VENDOR, model, seconds=WORK_SECONDS[kind], cost_usd=cost, job_id=_uuid(), facts=facts)


def _frame(aspect: str, lines: int) -> tuple[int, int]:
    """Lines are the shorter edge of a film; a picture's longer edge is always the same."""
    across, down = (int(part) for part in aspect.split(":"))
    scale = lines / min(across, down) if lines else 2048 / max(across, down)
    return round(across * scale / 2) * 2, round(down * scale / 2) * 2


def _told(world: World, job: Job) -> dict[str, Any]:
    made_at = datetime.fromtimestamp(job.made_at, UTC).isoformat()
    told = {"id": job.id, "created_at": made_at, "model": job.model, "type": job.facts["kind"], "output": []}
    if not job.is_over:
        return {**told, "state": "queued" if job.progress < 0.2 else "processing"}
    match job.outcome:
        case "succeeded":
            kind, ending = job.facts["mime"].split("/")
            url = f"{world.url}{PATH}/output/{job.id}.{ending}"
            return {**told, "state": "completed", "output": [{"type": kind, "url": url}]}
        case "refused-content":
            reason = {"failure_code": "content_moderated", "failure_reason": "The prompt was moderated."}
            return {**told, **reason, "state": "failed"}
        case _:
            reason = {"failure_code": "generation_failed", "failure_reason": "The model could not finish."}
            return {**told, **reason, "state": "failed"}


def _wrong(body: Mapping[str, Any]) -> str:
    unknown = sorted(set(body) - _FIELDS)
    if unknown:
        return f"Unknown field: {unknown[0]}"
    if not body.get("prompt"):
        return "prompt is required"
    kind, model = body.get("type", "image"), body.get("model", "uni-1")
    if model not in _MODELS or kind not in WORK_SECONDS or not kind.startswith(_MODELS[model]):
        return f"{model} does not make {kind}"
    if body.get("aspect_ratio") and body["aspect_ratio"] not in _ASPECTS:
        return "aspect_ratio is not valid"
    if kind in ("image_edit", "video_edit") and not body.get("source"):
        return "source is required"
    return _wrong_film(body.get("video") or {}, kind)


def _wrong_film(video: Mapping[str, Any], kind: str) -> str:
    if video.get("resolution", "720p") not in _FILM_USD or video.get("duration", "5s") not in ("5s", "10s"):
        return "video.resolution or video.duration is not valid"
    if video.get("loop") and (kind != "video" or video.get("duration") == "10s"):
        return "loop is not supported here"
    if (video.get("start_frame") or video.get("end_frame")) and video.get("duration") == "10s":
        return "start_frame and end_frame are not supported with duration 10s"
    if len(video.get("keyframes") or ()) != len(video.get("keyframe_indexes") or ()):
        return "keyframe_indexes must match keyframes"
    return "edit is only valid for video_edit" if video.get("edit") and kind != "video_edit" else ""


def _is_base64(media: Mapping[str, Any]) -> bool:
    try:
        base64.b64decode(media["data"], validate=True)
    except binascii.Error:
        return False
    return bool(media.get("media_type"))


def _uuid() -> str:
    return str(UUID(bytes=secrets.token_bytes(16), version=4))


def _refused(request: Request) -> Response | None:
    if not request.headers.get("authorization", "").startswith("Bearer "):
        return JSONResponse({"detail": "Not authenticated"}, 401)
    return None


def _trouble(kind: Trouble, seconds: float) -> Response:
    match kind:
        case "throttled":
            return JSONResponse({"detail": "Rate limit exceeded"}, 429, {"Retry-After": f"{seconds:g}"})
        case "no-credit":
            return JSONResponse({"detail": "Insufficient credits"}, 402)
        case "bad-key":
            return JSONResponse({"detail": "Invalid API key"}, 401)
        case "server-error":
            return JSONResponse({"detail": "Internal server error"}, 500)
