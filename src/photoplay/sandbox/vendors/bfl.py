"""Black Forest Labs as it speaks: submit, poll at a regional address, fetch a link that dies after ten minutes."""

import time
from decimal import Decimal
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.world import Trouble, World

VENDOR: Final = "black-forest-labs"
PATH: Final = "/bfl"
REGION: Final = "region-us1"
LINK_SECONDS: Final = 600.0
PRICES: Final = {
    "flux-2-pro": ("0.03", "0.015"),
    "flux-2-max": ("0.07", "0.03"),
    "flux-kontext-pro": ("0.04", "0"),
    "flux-kontext-max": ("0.08", "0"),
}
"""Dollars for the first megapixel and for each further one, docs.bfl.ai read 2026-11-21."""
FIELDS: Final = {
    "prompt", "input_image", "seed", "width", "height", "safety_tolerance", "output_format", "aspect_ratio", "prompt_upsampling",
    "webhook_url", "webhook_secret", "disable_pup", *(f"input_image_{number}" for number in range(2, 9)),
}  # fmt: skip
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
        if model not in PRICES:
            return JSONResponse({"detail": "Not Found"}, 404)
        refused = await world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        body = await request.json()
        wrong = _wrong(body)
        if wrong:
            return JSONResponse({"detail": wrong}, 422)
        job = _take(world, model, body)
        answer = {
            "id": job.id,
            "polling_url": f"{world.url}{PATH}/{REGION}/v1/get_result?id={job.id}",
            "cost": float(job.facts["cost"]),
            "input_mp": 0.0,
            "output_mp": _megapixels(body),
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
        mime = TYPES[job.facts["format"]]
        width, height = job.facts["size"]
        return Response(await self._world.stock.picture(width, height, mime, job.reference), media_type=mime)

    async def credits(self, request: Request) -> Response:
        if not request.headers.get("x-key"):
            return JSONResponse({"detail": "Not authenticated"}, 403)
        return JSONResponse({"credits": 812.5})


def _take(world: World, model: str, body: dict[str, object]) -> Job:
    size = (int(str(body.get("width") or 1024)), int(str(body.get("height") or 1024)))
    first, more = (Decimal(price) for price in PRICES[model])
    pictures = sum(name.startswith("input_image") for name in body)
    further = max(Decimal(0), Decimal(str(_megapixels(body))) - 1)
    cost = first + more * (further + pictures)
    facts = {
        "size": size,
        "format": body.get("output_format") or "jpeg",
        "seed": body.get("seed", 42),
        "prompt": body["prompt"],
        "cost": str(cost * 100),
    }
    return world.take(VENDOR, model, seconds=4.0, cost_usd=cost, facts=facts)


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


def _megapixels(body: dict[str, object]) -> float:
    return round(int(str(body.get("width") or 1024)) * int(str(body.get("height") or 1024)) / 1_000_000, 3)


def _wrong(body: dict[str, object]) -> list[dict[str, object]]:
    wrong: list[dict[str, object]] = [
        {"loc": ["body", name], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}
        for name in body
        if name not in FIELDS
    ]
    if not body.get("prompt"):
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
