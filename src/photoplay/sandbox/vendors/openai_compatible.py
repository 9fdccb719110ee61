"""A server of one's own that speaks OpenAI's dialect: pictures in base64 or by link, films, speech, errors as FastAPI has them."""

import base64
import secrets
from decimal import Decimal
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.deliveries import bytes_of, is_gone
from photoplay.sandbox.world import Trouble, World

VENDOR: Final = "custom-openai"
PATH: Final = "/openai-compatible"
MODELS: Final = (
    "Qwen/Qwen-Image",
    "black-forest-labs/FLUX.2-dev",
    "Wan-AI/Wan2.2-TI2V-5B-Diffusers",
    "hexgrad/Kokoro-82M",
)
LINKS_ALONE: Final = MODELS[1]
"""This one knows no base64, as some servers do."""
IMAGE_SECONDS, VIDEO_SECONDS, SPEECH_SECONDS = 6.0, 30.0, 2.0
KEPT_SECONDS: Final = 3600.0
NOTHING: Final = Decimal(0)


def routes(world: World) -> list[BaseRoute]:
    """Its API."""
    server = _Server(world)
    return [
        Route("/v1/models", server.models),
        Route("/v1/images/generations", server.images, methods=["POST"]),
        Route("/v1/images/edits", server.images, methods=["POST"]),
        Route("/v1/images/inpainting", server.images, methods=["POST"]),
        Route("/v1/audio/speech", server.speech, methods=["POST"]),
        Route("/v1/videos", server.videos, methods=["GET", "POST"]),
        Route("/v1/videos/{id}", server.video, methods=["GET", "DELETE"]),
        Route("/v1/videos/{id}/content", server.content),
        Route("/generated-images/{id}.png", server.file),
    ]


class _Server:
    def __init__(self, world: World) -> None:
        self._world = world

    async def models(self, request: Request) -> Response:
        refused = await self._world.gate(VENDOR, _trouble)
        return refused or JSONResponse({"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]})

    async def images(self, request: Request) -> Response:
        world = self._world
        refused = await world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        body = await _body(request)
        wrong = _wrong(body, needs_image=not request.url.path.endswith("generations"))
        if wrong is not None:
            return wrong
        size = [int(edge) for edge in str(body.get("size") or "1024x1024").replace("auto", "1024x1024").split("x")]
        facts = {"size": size, "mime": "image/png", "asked": {name: str(value)[:200] for name, value in body.items()}}
        job = world.take(VENDOR, _model(body), seconds=IMAGE_SECONDS, cost_usd=NOTHING, facts=facts)
        await world.work(IMAGE_SECONDS)
        ended = _end(job)
        if ended is not None:
            return ended
        if body.get("response_format") == "b64_json" and job.model != LINKS_ALONE:
            picture = base64.b64encode(await bytes_of(world, job)).decode()
            return await world.answer(VENDOR, JSONResponse({"data": [{"b64_json": picture}]}), _trouble)
        link = {"data": [{"url": f"{PATH}/generated-images/{job.id}.png"}]}
        return await world.answer(VENDOR, JSONResponse(link), _trouble)

    async def speech(self, request: Request) -> Response:
        world = self._world
        refused = await world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        body = await request.json()
        if not body.get("input"):
            return _missing("input")
        job = world.take(VENDOR, _model(body), seconds=SPEECH_SECONDS, cost_usd=NOTHING)
        await world.work(SPEECH_SECONDS)
        ended = _end(job)
        if ended is not None:
            return ended
        sound = await world.stock.sound(max(1.0, len(body["input"]) / 15), "audio/mpeg", job.reference)
        return await world.answer(VENDOR, Response(sound, media_type="audio/mpeg"), _trouble)

    async def videos(self, request: Request) -> Response:
        world = self._world
        if request.method == "GET":
            found = [_video(job) for job in world.book.recent(VENDOR, 0) if job.id.startswith("video_")]
            return JSONResponse({"object": "list", "data": found})
        refused = await world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        body = await _body(request)
        if not body.get("prompt"):
            return _missing("prompt")
        size = [int(edge) for edge in str(body.get("size") or "832x480").split("x")]
        facts = {"size": size, "seconds": float(body.get("seconds") or 4), "mime": "video/mp4"}
        own = f"video_{secrets.token_hex(12)}"
        job = world.take(VENDOR, _model(body), seconds=VIDEO_SECONDS, cost_usd=NOTHING, job_id=own, facts=facts)
        return await world.answer(VENDOR, JSONResponse(_video(job)), _trouble)

    async def video(self, request: Request) -> Response:
        job = self._found(request)
        if job is None:
            return _not_found()
        if request.method == "DELETE":
            self._world.cancel(self._world.book.change(job, deleted=True), forgives=True)
            return JSONResponse({"id": job.id, "object": "video.deleted", "deleted": True})
        if self._world.faults.take(VENDOR, "check-error"):
            return JSONResponse({"detail": "Bad gateway"}, 502)
        return JSONResponse(_video(job))

    async def content(self, request: Request) -> Response:
        job = self._found(request)
        if job is None or not job.is_over or job.outcome != "succeeded" or is_gone(self._world, job, KEPT_SECONDS):
            return _not_found()
        return Response(await bytes_of(self._world, job), media_type="video/mp4")

    async def file(self, request: Request) -> Response:
        job = self._world.book.find(VENDOR, request.path_params["id"])
        if job is None or is_gone(self._world, job, KEPT_SECONDS):
            return _not_found()
        return Response(await bytes_of(self._world, job), media_type="image/png")

    def _found(self, request: Request) -> Job | None:
        job = self._world.book.find(VENDOR, request.path_params["id"])
        return None if job is None or job.facts.get("deleted") else job


def _end(job: Job) -> Response | None:
    """The answer where it was not made."""
    match job.outcome:
        case "succeeded":
            return None
        case "refused-content":
            refusal = {
                "message": "Blocked by the safety checker.",
                "code": "content_policy_violation",
                "type": "invalid_request_error",
            }
            return JSONResponse({"error": refusal}, 400)
        case _:
            return JSONResponse({"detail": "Generation failed: CUDA out of memory"}, 500)


async def _body(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        body: dict[str, Any] = await request.json()
        return body
    async with request.form() as form:
        return dict(form)


def _wrong(body: dict[str, Any], *, needs_image: bool) -> Response | None:
    if not body.get("prompt"):
        return _missing("prompt")
    if needs_image and not body.get("image"):
        return _missing("image")
    if _model(body) not in MODELS:
        return JSONResponse({"detail": f"The model `{body['model']}` does not exist."}, 404)
    return None


def _missing(name: str) -> JSONResponse:
    return JSONResponse({"detail": [{"loc": ["body", name], "msg": f"Field required: {name}", "type": "missing"}]}, 422)


def _not_found() -> JSONResponse:
    return JSONResponse({"detail": "Not Found"}, 404)


def _model(body: dict[str, Any]) -> str:
    return str(body.get("model") or MODELS[0])


def _video(job: Job) -> dict[str, Any]:
    status = "queued" if job.progress < 0.05 else "in_progress"
    if job.is_over:
        status = "completed" if job.outcome == "succeeded" else "failed"
    failure = {"code": "server_error", "message": "the model crashed"} if status == "failed" else None
    told = {"id": job.id, "object": "video", "model": job.model, "status": status, "error": failure}
    return {**told, "created_at": int(job.made_at), "progress": round(100 * job.progress)}


def _trouble(kind: Trouble, seconds: float) -> Response:
    match kind:
        case "throttled":
            return JSONResponse({"detail": "Too many requests"}, 429, {"Retry-After": f"{seconds:g}"})
        case "no-credit" | "server-error":
            return JSONResponse({"detail": "Internal Server Error"}, 500)
        case "bad-key":
            return JSONResponse({"error": {"message": "Unauthorized", "code": 401, "type": "auth"}}, 401)
