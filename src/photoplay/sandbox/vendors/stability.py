"""Stability AI as it speaks: a multipart form in, the file out, or an id for what takes longer."""

import base64
import random
import secrets
import time
from collections import deque
from decimal import Decimal
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.answers import Cut
from photoplay.sandbox.book import Job, Outcome
from photoplay.sandbox.deliveries import bytes_of, is_gone
from photoplay.sandbox.sizes import size_of
from photoplay.sandbox.vendors._stability_rules import (
    AUDIO_REWORKS,
    AUDIO_SERVICES,
    DIFFUSION_CREDITS,
    IMAGE_SERVICES,
    MOST_BYTES,
    PATH,
    VENDOR,
    Service,
    refused,
    trouble,
    unauthorized,
    wrong_fields,
)
from photoplay.sandbox.world import World

__all__ = ["PATH", "VENDOR", "routes"]
KEPT_SECONDS: Final = 86_400.0
LAST_LATIN: Final = 0x24F
FIRST_CREDITS: Final = 2500
MOST_REQUESTS: Final = 150
WITHIN_SECONDS: Final = 10.0
REST_SECONDS: Final = 60.0
BILLS: Final[tuple[Outcome, ...]] = ("succeeded", "refused-content")
"""A result that its filter has blurred is charged like any other."""
MEGAPIXEL_SIZES: Final = {
    "1:1": (1024, 1024), "16:9": (1344, 768), "21:9": (1536, 640), "3:2": (1216, 832), "5:4": (1088, 896),
    "9:16": (768, 1344), "9:21": (640, 1536), "2:3": (832, 1216), "4:5": (896, 1088),
}  # fmt: skip
FACTORS: Final = {"upscale/fast": 4.0, "upscale/conservative": 0.0, "upscale/creative": 0.0}
"""How much larger both edges become; zero: up to four megapixels."""
TYPES: Final = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
}


def routes(world: World) -> list[BaseRoute]:
    """Its API."""
    stability = _Stability(world)
    return [
        Route("/v1/user/balance", stability.balance),
        Route("/v1/user/account", stability.account),
        Route("/v2beta/stable-image/upscale/creative/result/{id}", stability.result),
        Route("/v2beta/stable-image/{service:path}", stability.picture, methods=["POST"]),
        Route("/v2beta/audio/results/{id}", stability.result),
        Route("/v2beta/audio/{family}/text-to-audio", stability.sound, methods=["POST"]),
        Route("/v2beta/audio/{family}/audio-to-audio", stability.rework, methods=["POST"]),
        Route("/v2beta/results/{id}", stability.result),
    ]


class _Stability:
    def __init__(self, world: World) -> None:
        self._world = world
        self._asked: dict[str, deque[float]] = {}
        self._rests_until: dict[str, float] = {}

    async def balance(self, request: Request) -> Response:
        spent = sum(Decimal(line["cost_usd"]) for line in self._world.book.bill() if line["vendor"] == VENDOR)
        return self._refusal(request) or JSONResponse({"credits": float(FIRST_CREDITS - spent * 100)})

    async def account(self, request: Request) -> Response:
        organization = {"id": "org-sandbox", "name": "Sandbox", "role": "OWNER", "is_default": True}
        account = {"id": "user-sandbox", "email": "sandbox@example.com", "organizations": [organization]}
        return self._refusal(request) or JSONResponse({**account, "profile_picture": ""})

    async def picture(self, request: Request) -> Response:
        name = request.path_params["service"]
        return await self._order(request, name, IMAGE_SERVICES.get(name))

    async def sound(self, request: Request) -> Response:
        name = request.path_params["family"]
        return await self._order(request, name, AUDIO_SERVICES.get(name))

    async def rework(self, request: Request) -> Response:
        name = request.path_params["family"]
        return await self._order(request, name, AUDIO_REWORKS.get(name))

    async def result(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        job_id = request.path_params["id"]
        if len(job_id) != 64:
            return refused(400, "bad_request", "id: must be exactly 64 characters")
        if self._world.faults.take(VENDOR, "check-error"):
            return trouble("server-error", 0)
        job = self._world.book.find(VENDOR, job_id)
        failed = job is not None and job.is_over and job.outcome not in BILLS
        if job is None or failed or (job.is_over and is_gone(self._world, job, KEPT_SECONDS)):
            return refused(404, "generation_not_found", "id: the generation either does not exist or has expired.")
        if not job.is_over:
            return JSONResponse({"id": job.id, "status": "in-progress"}, 202)
        return Cut() if self._world.faults.take(VENDOR, "file-cut") else await self._made(request, job)

    async def _order(self, request: Request, name: str, service: Service | None) -> Response:
        if refusal := self._refusal(request):
            return refusal
        if service is None:
            return refused(404, "not_found", "the requested resource does not exist")
        if stopped := await self._world.gate(VENDOR, trouble):
            return stopped
        if int(request.headers.get("content-length", 0)) > MOST_BYTES:
            return refused(413, "payload_too_large", "body: payloads cannot be larger than 10MiB in size")
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            return refused(400, "bad_request", "content-type: must be multipart/form-data")
        async with request.form() as form:
            wrong = await wrong_fields(service, form) or _wrong_together(name, form)
            if wrong:
                return refused(400, "bad_request", *wrong)
            if any(letter.isalpha() and ord(letter) > LAST_LATIN for letter in str(form.get("prompt", ""))):
                return refused(422, "invalid_language", "prompt: only English is supported")
            job = await self._take(name, service, form)
        return await self._answer(request, service, job)

    async def _take(self, name: str, service: Service, form: FormData) -> Job:
        model = str(form.get("model") or "sd3.5-large") if name == "generate/sd3" else str(form.get("model") or name)
        credits = DIFFUSION_CREDITS.get(model.replace("sd3-", "sd3.5-"), service.credits)
        is_sound = name in AUDIO_SERVICES
        kind = str(form.get("output_format") or ("mp3" if is_sound else "png"))
        facts: dict[str, Any] = {"mime": TYPES[kind], "seed": int(str(form.get("seed") or 0)) or random.getrandbits(31)}
        if is_sound:
            facts["seconds"] = float(str(form.get("duration") or 190))
        else:
            facts["size"] = await _size(name, form)
        return self._world.take(
            VENDOR,
            model,
            seconds=service.seconds,
            cost_usd=Decimal(str(credits)) / 100,
            job_id=secrets.token_hex(32),
            bills=BILLS,
            facts=facts,
        )

    async def _answer(self, request: Request, service: Service, job: Job) -> Response:
        world = self._world
        if service.is_later:
            status = 202 if job.facts["mime"].startswith("audio/") else 200
            return await world.answer(VENDOR, JSONResponse({"id": job.id}, status), trouble)
        if job.outcome == "vendor-cancelled":  # flagged before it is made, and free: it cancels in no other way
            return refused(403, "content_moderation", "Your request was flagged by our content moderation system.")
        if job.outcome == "failed":
            return trouble("server-error", 0)
        await world.work(service.seconds)
        return await world.answer(VENDOR, await self._made(request, job), trouble)

    async def _made(self, request: Request, job: Job) -> Response:
        """The file with its headers, or all of it in a JSON without them."""
        data, mime = await bytes_of(self._world, job), job.facts["mime"]
        finish = "CONTENT_FILTERED" if job.outcome == "refused-content" else "SUCCESS"
        if request.headers.get("accept", "").startswith("application/json"):
            name = mime.partition("/")[0]
            body = {name: base64.b64encode(data).decode(), "finish_reason": finish, "seed": job.facts["seed"]}
            return JSONResponse(body, media_type=f"application/json; type={mime}")
        headers = {"finish-reason": finish, "seed": str(job.facts["seed"]), "x-request-id": secrets.token_hex(16)}
        return Response(data, media_type=mime, headers=headers)

    def _refusal(self, request: Request) -> Response | None:
        """A missing or wrong key, or one that asks too often and now rests."""
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not key or key.startswith("bad"):
            return unauthorized("missing authorization header" if not key else "invalid api key")
        now, pace = time.time(), self._world.pace  # noqa: TID251 - the vendor's own clock
        asked = self._asked.setdefault(key, deque())
        while asked and asked[0] < now - WITHIN_SECONDS * pace:
            asked.popleft()
        asked.append(now)
        if len(asked) > MOST_REQUESTS:
            self._rests_until[key] = now + REST_SECONDS * pace
        return trouble("throttled", 0) if now < self._rests_until.get(key, 0) else None


def _wrong_together(name: str, form: FormData) -> list[str]:
    """What only shows when fields are seen together."""
    is_over = (name == "generate/ultra" and "image" in form) or form.get("mode") == "image-to-image"
    if is_over and not (form.get("image") and form.get("strength")):
        return ["strength: is required with an image"]
    if name == "generate/sd3" and not is_over and ("image" in form or "strength" in form):
        return ["image: is only allowed in image-to-image"]
    if name == "generate/sd3" and is_over and "aspect_ratio" in form:
        return ["aspect_ratio: is only allowed in text-to-image"]
    if name == "edit/outpaint" and not any(
        str(form.get(edge) or "0") != "0" for edge in ("left", "right", "up", "down")
    ):
        return ["left, right, up, down: at least one must be non-zero"]
    if "relight" in name and not (form.get("background_prompt") or form.get("background_reference")):
        return ["background_prompt: is required without background_reference"]
    return []


async def _size(name: str, form: FormData) -> tuple[int, int]:
    """Pixels of the result."""
    given = next((form[field] for field in ("image", "init_image", "subject_image") if field in form), None)
    if not isinstance(given, UploadFile) or name.startswith(("generate/", "control/style")):
        return MEGAPIXEL_SIZES[str(form.get("aspect_ratio") or "1:1")]
    width, height = size_of(await given.read(1 << 16)) or (1024, 1024)
    if name == "edit/outpaint":
        more = {edge: int(float(str(form.get(edge) or 0))) for edge in ("left", "right", "up", "down")}
        return width + more["left"] + more["right"], height + more["up"] + more["down"]
    factor = FACTORS.get(name, 1.0) or (4_000_000 / (width * height)) ** 0.5
    return round(width * factor), round(height * factor)
