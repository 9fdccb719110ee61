"""OpenAI's Videos API as it was until 2026-09-24, for old studies of it and for what still speaks it."""

import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.deliveries import bytes_of, is_gone
from photoplay.sandbox.vendors._openai_usage import VENDOR, error, no_such_model, ok, trouble, unauthorized
from photoplay.sandbox.world import World

SECONDS: Final = 60.0
LINK_SECONDS: Final = 3600.0
SIZES: Final = {"sora-2": {"720x1280", "1280x720"}, "sora-2-pro": {"720x1280", "1280x720", "1024x1792", "1792x1024"}}


def video_routes(world: World, prefix: str) -> Sequence[BaseRoute]:
    """Create, look, list, delete and fetch, below this path."""
    videos = _Videos(world)
    return [
        Route(f"{prefix}/videos", videos.all, methods=["GET", "POST"]),
        Route(f"{prefix}/videos/{{id}}", videos.one, methods=["GET", "DELETE"]),
        Route(f"{prefix}/videos/{{id}}/content", videos.content),
    ]


class _Videos:
    def __init__(self, world: World) -> None:
        self._world = world

    async def all(self, request: Request) -> Response:
        refused = unauthorized(request)
        if refused is not None:
            return refused
        if request.method == "POST":
            return await self._create(request)
        found = [job for job in self._world.book.recent(VENDOR, 0) if _is_video(job)]
        data = [_video(job) for job in found]
        ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {}
        return ok({"object": "list", "data": data, "has_more": False, **ends})

    async def _create(self, request: Request) -> Response:
        world = self._world
        refused = await world.gate(VENDOR, trouble)
        if refused is not None:
            return refused
        body = await _body(request)
        model, size, seconds = body.get("model", "sora-2"), body.get("size", "720x1280"), str(body.get("seconds", "4"))
        if model not in SIZES:
            return no_such_model(str(model))
        wrong = _wrong(body, size=size, seconds=seconds, sizes=SIZES[model])
        if wrong is not None:
            return wrong
        edges = [int(edge) for edge in size.split("x")]
        facts = {
            "size": edges,
            "seconds": int(seconds),
            "mime": "video/mp4",
            "prompt": body["prompt"],
            "has_sound": True,
        }
        cost = _per_second(model, edges) * int(seconds)
        own, reference = f"video_{secrets.token_hex(16)}", request.headers.get("x-client-request-id")
        job = world.take(VENDOR, model, seconds=SECONDS, cost_usd=cost, job_id=own, reference=reference, facts=facts)
        return await world.answer(VENDOR, ok(_video(job)), trouble)

    async def one(self, request: Request) -> Response:
        job = self._found(request)
        if isinstance(job, Response):
            return job
        if request.method == "DELETE":
            self._world.book.change(job, deleted=True)
            return ok({"id": job.id, "object": "video.deleted", "deleted": True})
        answer = ok(_video(job))
        answer.headers["openai-poll-after-ms"] = str(max(10, round(SECONDS / 10 * self._world.pace * 1000)))
        return answer

    async def content(self, request: Request) -> Response:
        job = self._found(request)
        if isinstance(job, Response):
            return job
        if not job.is_over or job.outcome != "succeeded" or is_gone(self._world, job, LINK_SECONDS):
            return error(404, "Video is not ready or has expired.")
        if request.query_params.get("variant", "video") == "video":
            return Response(await bytes_of(self._world, job), media_type="video/mp4")
        width, height = job.facts["size"]
        return Response(await self._world.stock.picture(width, height, "image/webp", job.id), media_type="image/webp")

    def _found(self, request: Request) -> Job | Response:
        refused = unauthorized(request)
        if refused is not None:
            return refused
        job = self._world.book.find(VENDOR, request.path_params["id"])
        if job is None or not _is_video(job):
            return error(404, f"Video with id '{request.path_params['id']}' not found.")
        return job


def _wrong(body: dict[str, Any], *, size: str, seconds: str, sizes: set[str]) -> JSONResponse | None:
    if not body.get("prompt"):
        return error(400, "Missing required parameter: 'prompt'.", code="missing_required_parameter", param="prompt")
    if seconds not in ("4", "8", "12"):
        return error(400, f"Invalid value: '{seconds}'.", code="invalid_value", param="seconds")
    if size not in sizes:
        return error(400, f"Invalid value: '{size}'.", code="invalid_value", param="size")
    return None


async def _body(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        body: dict[str, Any] = await request.json()
        return body
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def _is_video(job: Job) -> bool:
    return job.id.startswith("video_") and not job.facts.get("deleted")


def _per_second(model: str, edges: list[int]) -> Decimal:
    """Dollars, as they were on platform.openai.com, pricing, read 2026-09."""
    if model == "sora-2":
        return Decimal("0.10")
    return Decimal("0.50") if max(edges) > 1280 else Decimal("0.30")


def _video(job: Job) -> dict[str, Any]:
    width, height = job.facts["size"]
    is_failed = job.is_over and job.outcome != "succeeded"
    failure = {"code": "moderation_blocked", "message": "Blocked by the safety system."}
    if job.outcome != "refused-content":
        failure = {"code": "server_error", "message": "The model crashed."}
    done = "failed" if is_failed else "completed"
    ended = round(job.made_at + job.seconds) if job.is_over else None
    return {
        "id": job.id,
        "object": "video",
        "model": job.model,
        "status": done if job.is_over else "queued" if job.progress < 0.05 else "in_progress",
        "progress": round(100 * job.progress),
        "created_at": int(job.made_at),
        "completed_at": ended if not is_failed else None,
        "expires_at": round(job.made_at + job.seconds + LINK_SECONDS) if job.is_over else None,
        "seconds": str(job.facts["seconds"]),
        "size": f"{width}x{height}",
        "prompt": job.facts["prompt"],
        "remixed_from_video_id": None,
        "error": failure if is_failed else None,
    }
