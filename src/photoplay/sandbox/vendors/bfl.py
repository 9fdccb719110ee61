"""Black Forest Labs as it speaks: submit, poll at a regional address, fetch a link that dies after ten minutes."""

import base64
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.sizes import size_of, whole_megapixels
from photoplay.sandbox.world import Trouble, World

VENDOR: Final = "black-forest-labs"
PATH: Final = "/bfl"
REGION: Final = "region-us1"
LINK_SECONDS: Final = 600.0
DEFAULT_EDGE: Final = 1024
HEAD_CHARACTERS: Final = 1 << 16


@dataclass(frozen=True)
class Model:
    """What a route bills: dollars for the first megapixel (or the picture, or a second), for each further one; and its fields."""

    first_usd: str
    more_usd: str = "0"
    fields: frozenset[str] = frozenset()


_COMMON: Final = frozenset({"prompt", "seed", "safety_tolerance", "output_format", "webhook_url", "webhook_secret"})
_SIZED: Final = _COMMON | {"width", "height"}
_INPUTS: Final = frozenset({"input_image", *(f"input_image_{number}" for number in range(2, 9))})
_FLUX_2: Final = _SIZED | _INPUTS | {"disable_pup"}
_KONTEXT: Final = _COMMON | _INPUTS | {"aspect_ratio", "prompt_upsampling"}
_DRAWN: Final = frozenset({"steps", "guidance"})
MODELS: Final = {
    "flux-2-klein-4b": Model("0.014", "0.001", _FLUX_2),
    "flux-2-klein-9b": Model("0.015", "0.002", _FLUX_2),
    "flux-2-pro": Model("0.03", "0.015", _FLUX_2),
    "flux-2-max": Model("0.07", "0.03", _FLUX_2),
    "flux-2-flex": Model("0.05", "0.05", _FLUX_2 | _DRAWN | {"prompt_upsampling"}),
    "flux-kontext-pro": Model("0.04", fields=_KONTEXT),
    "flux-kontext-max": Model("0.08", fields=_KONTEXT),
    "flux-pro-1.1": Model("0.04", fields=_SIZED | {"prompt_upsampling", "image_prompt"}),
    "flux-pro-1.1-ultra": Model("0.06", fields=_COMMON | {"aspect_ratio", "raw", "image_prompt", "image_prompt_strength"}),
    "flux-dev": Model("0.025", fields=_SIZED | _DRAWN | {"prompt_upsampling", "image_prompt"}),
    "flux-pro-1.0-fill": Model("0.05", fields=_COMMON | _DRAWN | {"image", "mask", "prompt_upsampling"}),
    "flux-pro-1.0-expand": Model("0.05", fields=(_COMMON - {"seed"}) | _DRAWN | {"image", "top", "bottom", "left", "right"}),
    "flux-tools/erase-v1": Model("0.034", "0.004", frozenset({"image", "mask", "dilate_pixels"})),
    "flux-3-video": Model("0.17", fields=frozenset({
        "mode", "prompt", "keyframes", "start_video", "draft", "duration", "aspect_ratio", "resolution", "generate_audio",
        "safety_tolerance", "user", "version",
    })),
}  # fmt: skip
"""docs.bfl.ai, pricing and API reference, read 2026-11-21."""
FILMS: Final = {
    "hd": ((1280, 704), "0.17"),
    "fhd": ((1920, 1088), "0.29"),
    "qhd": ((2560, 1440), "0.40"),
    "uhd": ((3840, 2176), "0.80"),
}
NO_WORDS: Final = frozenset({"flux-tools/erase-v1", "flux-pro-1.0-expand"})
TYPES: Final = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}


def routes(world: World) -> list[BaseRoute]:
    """Its API."""
    bfl = _Bfl(world)
    return [
        Route("/v1/credits", bfl.credits),
        Route("/v1/get_result", bfl.result),
        Route("/{region}/v1/get_result", bfl.result),
        Route("/delivery/{job}", bfl.sample),
        Route("/v1/{model:path}", bfl.submit, methods=["POST"]),
    ]


class _Bfl:
    def __init__(self, world: World) -> None:
        self._world = world

    async def submit(self, request: Request) -> Response:
        world, model = self._world, request.path_params["model"]
        if not request.headers.get("x-key"):
            return JSONResponse({"detail": "Not authenticated"}, 403)
        if model not in MODELS:
            return JSONResponse({"detail": "Not Found"}, 404)
        refused = await world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        body = await request.json()
        wrong = _wrong(model, body)
        if wrong:
            return JSONResponse({"detail": wrong}, 422)
        job = _take(world, model, body)
        answer = {
            "id": job.id,
            "polling_url": f"{world.url}{PATH}/{REGION}/v1/get_result?id={job.id}",
            "cost": float(job.facts["cost"]),
            "input_mp": round(sum(map(_megapixels, _given(body))), 2),
            "output_mp": round(_megapixels(_size(body)), 2),
        }
        return await world.answer(VENDOR, JSONResponse(answer), _trouble)

    async def result(self, request: Request) -> Response:
        job = self._world.book.find(VENDOR, request.query_params.get("id", ""))
        if job is None or request.path_params.get("region") != REGION:
            return JSONResponse({"id": request.query_params.get("id"), "status": "Task not found", "result": None}, 404)
        if self._world.faults.take(VENDOR, "check-error"):
            return JSONResponse({"detail": "Bad gateway"}, 502)
        return _state(self._world, job)

    async def sample(self, request: Request) -> Response:
        job = self._world.book.find(VENDOR, request.path_params["job"])
        is_old = job is not None and time.time() > job.made_at + job.seconds + LINK_SECONDS  # noqa: TID251
        if job is None or is_old or self._world.faults.take(VENDOR, "file-expired"):
            return JSONResponse({"error": "expired"}, 403)
        if job.facts["film_seconds"]:
            return await self._film(job)
        mime = TYPES[job.facts["format"]]
        width, height = job.facts["size"]
        return Response(await self._world.stock.picture(width, height, mime, job.reference), media_type=mime)

    async def _film(self, job: Job) -> Response:
        seconds = self._world.seconds_of(job, job.facts["film_seconds"])
        width, height = job.facts["size"]
        film = await self._world.stock.film(width, height, seconds, job.reference, has_sound=job.facts["sound"])
        return Response(film, media_type="video/mp4")

    async def credits(self, request: Request) -> Response:
        if not request.headers.get("x-key"):
            return JSONResponse({"detail": "Not authenticated"}, 403)
        return JSONResponse({"credits": 812.5})


def _take(world: World, model: str, body: dict[str, object]) -> Job:
    if model == "flux-3-video":
        size, rate = FILMS[str(body.get("resolution", "hd"))]
        seconds = float(str(body.get("duration", 5)))
        cost = Decimal(rate) * Decimal(str(seconds))
    else:
        size, seconds, cost = _size(body), 0.0, _cost(model, body)
    facts = {
        "size": size,
        "film_seconds": seconds,
        "sound": bool(body.get("generate_audio", True)),
        "format": body.get("output_format") or "jpeg",
        "seed": body.get("seed", 42),
        "prompt": body.get("prompt", ""),
        "cost": str(cost * 100),
    }
    return world.take(VENDOR, model, seconds=60.0 if seconds else 4.0, cost_usd=cost, facts=facts)


def _cost(model: str, body: dict[str, object]) -> Decimal:
    given = sum((whole_megapixels(size) for size in _given(body)), Decimal(0))
    further = whole_megapixels(_size(body)) - 1
    return Decimal(MODELS[model].first_usd) + Decimal(MODELS[model].more_usd) * (further + given)


def _given(body: dict[str, object]) -> list[tuple[int, int]]:
    """Sizes of the pictures that are billed beside the result."""
    return [_size_of(value) for name, value in body.items() if name.startswith("input_image")]


def _size(body: dict[str, object]) -> tuple[int, int]:
    """Pixels of the result: as asked for, else those of the picture that is edited."""
    if body.get("width") and body.get("height"):
        return int(str(body["width"])), int(str(body["height"]))
    source = body.get("input_image") or body.get("image")
    return _size_of(source) if source else (DEFAULT_EDGE, DEFAULT_EDGE)


def _size_of(encoded: object) -> tuple[int, int]:
    head = base64.b64decode(str(encoded)[:HEAD_CHARACTERS])
    return size_of(head) or (DEFAULT_EDGE, DEFAULT_EDGE)


def _state(world: World, job: Job) -> Response:
    empty = {"id": job.id, "result": None, "progress": None, "details": None, "preview": None}
    if not job.is_over:
        return JSONResponse({**empty, "status": "Pending", "progress": round(job.progress, 3)})
    match job.outcome:
        case "succeeded":
            sample = f"{world.url}{PATH}/delivery/{job.id}"
            result = {
                "sample": sample,
                "prompt": job.facts["prompt"],
                "seed": job.facts["seed"],
                "duration": job.seconds,
            }
            return JSONResponse({**empty, "status": "Ready", "progress": 1.0, "result": result})
        case "refused-content":
            return JSONResponse({**empty, "status": "Request Moderated"}, 422)
        case _:
            return JSONResponse({**empty, "status": "Error", "details": "the model crashed"}, 503)


def _megapixels(size: tuple[int, int]) -> float:
    return size[0] * size[1] / (1024 * 1024)


def _wrong(model: str, body: dict[str, object]) -> list[dict[str, object]]:
    wrong: list[dict[str, object]] = [
        {"loc": ["body", name], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}
        for name in body
        if name not in MODELS[model].fields
    ]
    if not body.get("prompt") and model not in NO_WORDS:
        wrong.append({"loc": ["body", "prompt"], "msg": "Field required", "type": "missing"})
    return wrong


def _trouble(kind: Trouble, seconds: float) -> Response:
    match kind:
        case "throttled":
            return JSONResponse({"detail": "Too many active tasks"}, 429, {"Retry-After": f"{seconds:g}"})
        case "no-credit":
            return JSONResponse({"detail": "Insufficient credits"}, 402)
        case "bad-key":
            return JSONResponse({"detail": "Not authenticated"}, 403)
        case "server-error":
            return JSONResponse({"detail": "Internal Server Error"}, 500)
