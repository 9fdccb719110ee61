"""Runway as it speaks: one task for everything, credits that are told and refunded, uploads, links that die after a day."""

import base64
import re
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.deliveries import deliver, is_gone
from photoplay.sandbox.sizes import film_seconds
from photoplay.sandbox.vendors._runway_rules import FIELDS, RATIOS, credits_of, seconds_of, wrong_fields
from photoplay.sandbox.world import Trouble, World

VENDOR: Final = "runway"
PATH: Final = "/runway"
LINK_SECONDS: Final = 24 * 3600.0
WORK_SECONDS: Final = 6.0
_SOUNDS: Final = ("sound_effect", "text_to_speech")
_ENDINGS: Final = {"image/png": "png", "video/mp4": "mp4", "audio/mpeg": "mp3"}


def routes(world: World) -> list[BaseRoute]:
    """Its API."""
    runway = _Runway(world)
    return [
        Route("/v1/organization", runway.organization),
        Route("/v1/uploads", runway.begin_upload, methods=["POST"]),
        Route("/uploads/{file}", runway.upload, methods=["POST"]),
        Route("/v1/tasks/{task}", runway.task, methods=["GET"]),
        Route("/v1/tasks/{task}", runway.cancel, methods=["DELETE"]),
        Route("/output/{task}.{ending}", runway.output),
        Route("/v1/{route}", runway.create, methods=["POST"]),
    ]


class _Runway:
    def __init__(self, world: World) -> None:
        self._world = world
        self._uploads: dict[str, int] = {}
        """Uploaded files by their address, with their size."""

    async def create(self, request: Request) -> Response:
        world, route = self._world, request.path_params["route"]
        refused = _refused(request) or await world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        if route not in {known for known, _model in FIELDS}:
            return JSONResponse({"error": f"Cannot POST /v1/{route}"}, 404)
        body = await request.json()
        wrong = wrong_fields(route, body, self._uploads)
        if wrong:
            answer = {"error": "Validation of body failed", "issues": wrong, "docUrl": "https://docs.dev.runwayml.com"}
            return JSONResponse(answer, 400)
        job = _take(world, route, _as_long_as_its_source(body))
        return await world.answer(VENDOR, JSONResponse({"id": job.id}), _trouble)

    async def task(self, request: Request) -> Response:
        refused = _refused(request)
        if refused is not None:
            return refused
        job = self._world.book.find(VENDOR, request.path_params["task"])
        if job is None or job.facts.get("deleted"):
            return JSONResponse({"error": "Task not found"}, 404)
        if self._world.faults.take(VENDOR, "check-error"):
            return JSONResponse({"error": "Bad gateway"}, 502)
        return JSONResponse(_state(self._world, job))

    async def cancel(self, request: Request) -> Response:
        refused = _refused(request)
        job = self._world.book.find(VENDOR, request.path_params["task"])
        if refused is not None or job is None:
            return refused or JSONResponse({"error": "Task not found"}, 404)
        if job.is_over:
            self._world.book.change(job, deleted=True)
        else:
            self._world.cancel(job, forgives=True)
        return Response(status_code=204)

    async def output(self, request: Request) -> Response:
        job = self._world.book.find(VENDOR, request.path_params["task"])
        if job is None or job.facts.get("deleted") or is_gone(self._world, job, LINK_SECONDS):
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
        return await deliver(self._world, job)

    async def begin_upload(self, request: Request) -> Response:
        refused = _refused(request)
        if refused is not None:
            return refused
        body = await request.json()
        if body.get("type") != "ephemeral" or not body.get("filename"):
            return JSONResponse({"error": "Validation of body failed", "issues": []}, 400)
        file = secrets.token_hex(16)
        answer = {
            "uploadUrl": f"{self._world.url}{PATH}/uploads/{file}",
            "fields": {"key": f"ephemeral/{file}", "policy": "made-up"},
            "runwayUri": f"runway://{file}",
        }
        return JSONResponse(answer)

    async def upload(self, request: Request) -> Response:
        body, file = await request.body(), request.path_params["file"]
        has_key = f"ephemeral/{file}".encode() in body
        if not has_key or not re.search(rb'name="file"', body):
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
        self._uploads[f"runway://{file}"] = len(body)
        return Response(status_code=204)

    async def organization(self, request: Request) -> Response:
        refused = _refused(request)
        if refused is not None:
            return refused
        models = sorted({model for _route, model in FIELDS})
        limits = {"maxConcurrentGenerations": 3, "maxDailyGenerations": 500}
        today = time.time() - 86_400  # noqa: TID251 - the vendor's own clock
        made = [job.model for job in self._world.book.recent(VENDOR, today, most=1000)]
        answer = {
            "creditBalance": 1200,
            "tier": {"maxMonthlyCreditSpend": 9000, "models": dict.fromkeys(models, limits)},
            "usage": {"models": {model: {"dailyGenerations": made.count(model)} for model in models}},
        }
        return JSONResponse(answer)


def _as_long_as_its_source(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """An edited film is as long as the one that was given, where that came along."""
    _kind, is_inline, encoded = str(body.get("videoUri", "")).partition(";base64,")
    seconds = film_seconds(base64.b64decode(encoded)) if is_inline else None
    return body if seconds is None else {**body, "duration": seconds}


def _take(world: World, route: str, body: Mapping[str, Any]) -> Job:
    model = body["model"]
    mime = "image/png" if "image" in route and "video" not in route else "video/mp4"
    mime = "audio/mpeg" if route in _SOUNDS else mime
    ratio = body.get("ratio") or RATIOS.get((route, model), ("1280:720",))[0]
    factor = body.get("scaleFactor", 2) if route == "image_upscale" else 1
    width, height = (int(part) * factor for part in (ratio.split(":") if factor == 1 else ("128", "128")))
    credits = credits_of(route, body)
    facts = {
        "mime": mime,
        "size": (width, height),
        "seconds": seconds_of(route, body),
        "has_sound": bool(body.get("audio", model.startswith("veo"))),
        "credits": str(credits),
    }
    return world.take(
        VENDOR,
        model,
        seconds=WORK_SECONDS,
        cost_usd=credits / 100,
        job_id=str(UUID(bytes=secrets.token_bytes(16), version=4)),
        bills=("succeeded", "refused-content"),
        facts=facts,
    )


def _state(world: World, job: Job) -> dict[str, Any]:
    created = datetime.fromtimestamp(job.made_at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told: dict[str, Any] = {"id": job.id, "createdAt": created}
    credits = Decimal(job.facts["credits"])
    if not job.is_over:
        told["estimatedCost"] = {"credits": float(credits)}
        if job.progress < 0.2:
            return {**told, "status": "PENDING"}
        return {**told, "status": "RUNNING", "progress": round(job.progress, 3)}
    match job.outcome:
        case "succeeded":
            output = f"{world.url}{PATH}/output/{job.id}.{_ENDINGS[job.facts['mime']]}"
            return {**told, "status": "SUCCEEDED", "output": [output], "cost": {"credits": int(credits)}}
        case "refused-content":
            failure = {"failure": "The input did not pass moderation.", "failureCode": "SAFETY.INPUT.TEXT"}
            return {**told, **failure, "status": "FAILED", "cost": {"credits": int(credits)}}
        case "failed":
            failure = {"failure": "An unexpected error occurred.", "failureCode": "INTERNAL"}
            return {**told, **failure, "status": "FAILED", "cost": {"credits": 0}}
        case _:
            return {**told, "status": "CANCELLED", "cost": {"credits": 0}}


def _refused(request: Request) -> Response | None:
    if not request.headers.get("authorization", "").startswith("Bearer "):
        return JSONResponse({"error": "Missing API key"}, 401)
    if request.headers.get("x-runway-version") != "2024-11-06":
        return JSONResponse({"error": "Invalid X-Runway-Version header"}, 400)
    return None


def _trouble(kind: Trouble, seconds: float) -> Response:
    match kind:
        case "throttled":
            error = "You have exceeded the daily generation limit for this model."
            return JSONResponse({"error": error}, 429, {"Retry-After": f"{seconds:g}"})
        case "no-credit":
            return JSONResponse({"error": "You do not have enough credits to run this task."}, 400)
        case "bad-key":
            return JSONResponse({"error": "The API key is not valid."}, 401)
        case "server-error":
            return JSONResponse({"error": "An internal error occurred."}, 502)
