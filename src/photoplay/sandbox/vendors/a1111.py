"""Stable Diffusion web UI as it speaks: one picture at a time, progress and interrupt beside it; a stopped one comes half done."""

import asyncio
import base64
import json
import secrets
import time
from decimal import Decimal
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.world import Trouble, World

VENDOR: Final = "custom-a1111"
PATH: Final = "/a1111"
SECONDS: Final = 8.0
CHECKPOINTS: Final = ("sd_xl_base_1.0", "dreamshaper_8")
SAMPLERS: Final = ("Euler a", "Euler", "DPM++ 2M", "DDIM")
STEPS: Final = 20


def routes(world: World) -> list[BaseRoute]:
    """Its API, as far as pictures need it."""
    server = _Server(world)
    return [
        Route("/sdapi/v1/txt2img", server.paint, methods=["POST"]),
        Route("/sdapi/v1/img2img", server.paint, methods=["POST"]),
        Route("/sdapi/v1/extra-single-image", server.upscale, methods=["POST"]),
        Route("/sdapi/v1/progress", server.progress),
        Route("/sdapi/v1/interrupt", server.interrupt, methods=["POST"]),
        Route("/sdapi/v1/sd-models", server.models),
        Route("/sdapi/v1/samplers", server.samplers),
        Route("/sdapi/v1/options", server.options),
    ]


class _Server:
    def __init__(self, world: World) -> None:
        self._world = world
        self._turn = asyncio.Lock()
        self._now: Job | None = None
        self._began = 0.0
        self._stop = asyncio.Event()

    async def paint(self, request: Request) -> Response:
        world = self._world
        refused = await world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        body = await request.json()
        wrong = _wrong(body, is_edit=request.url.path.endswith("img2img"))
        if wrong is not None:
            return wrong
        task = body.get("force_task_id") or f"task({secrets.token_hex(8)})"
        size = [int(body.get("width") or 512), int(body.get("height") or 512)]
        model = str((body.get("override_settings") or {}).get("sd_model_checkpoint") or CHECKPOINTS[0])
        async with self._turn:
            job = world.take(
                VENDOR,
                model,
                seconds=SECONDS,
                cost_usd=Decimal(0),
                reference=task,
                facts={"size": size, "asked": _short(body)},
            )
            await self._work(job)
        return await world.answer(VENDOR, await self._answer(job, body), _trouble)

    async def _work(self, job: Job) -> None:
        self._now, self._began = job, time.monotonic()
        self._stop.clear()
        try:
            await asyncio.wait_for(self._stop.wait(), max(0.001, job.seconds))
        except TimeoutError:
            pass
        finally:
            self._now = None

    async def _answer(self, job: Job, body: dict[str, Any]) -> Response:
        if job.outcome != "succeeded":
            return _crashed()
        seed = body.get("seed", -1)
        used = {
            "prompt": body.get("prompt", ""),
            "seed": 4242 if seed in (None, -1) else seed,
            "steps": body.get("steps", 50),
            "cfg_scale": body.get("cfg_scale", 7.0),
            "sampler_name": body.get("sampler_name") or "Euler",
            "sd_model_name": job.model,
        }
        width, height = job.facts["size"]
        picture = await self._world.stock.picture(width, height, "image/png", job.reference)
        return JSONResponse(
            {"images": [base64.b64encode(picture).decode()], "parameters": _short(body), "info": json.dumps(used)}
        )

    async def upscale(self, request: Request) -> Response:
        world = self._world
        refused = await world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        body = await request.json()
        if not body.get("image"):
            return JSONResponse({"detail": "Image not found"}, 404)
        job = world.take(VENDOR, "upscaler", seconds=SECONDS / 4, cost_usd=Decimal(0))
        async with self._turn:
            await self._work(job)
        if job.outcome != "succeeded":
            return await world.answer(VENDOR, _crashed(), _trouble)
        edge = round(512 * float(body.get("upscaling_resize") or 2))
        picture = await world.stock.picture(edge, edge, "image/png", job.reference)
        answer = JSONResponse({"html_info": "", "image": base64.b64encode(picture).decode()})
        return await world.answer(VENDOR, answer, _trouble)

    async def progress(self, request: Request) -> Response:
        if self._world.faults.take(VENDOR, "bad-key"):
            return _trouble("bad-key", 0)
        if self._world.faults.take(VENDOR, "check-error"):
            return JSONResponse({"error": "RuntimeError", "detail": "", "errors": "busy"}, 500)
        if self._now is None:
            state = {"job": "", "job_count": 0, "sampling_step": 0, "sampling_steps": 0, "interrupted": False}
            return JSONResponse(
                {"progress": 0.0, "eta_relative": 0.0, "state": state, "current_image": None, "current_task": None}
            )
        passed = time.monotonic() - self._began
        share = min(0.99, passed / max(0.001, self._now.seconds))
        state = {"job": "scripts_txt2img", "job_count": 1, "sampling_step": int(share * STEPS), "sampling_steps": STEPS}
        preview = await self._world.stock.picture(128, 128, "image/jpeg", self._now.reference)
        skips = request.query_params.get("skip_current_image", "").lower() == "true"
        return JSONResponse(
            {
                "progress": share,
                "eta_relative": max(0.0, self._now.seconds - passed),
                "state": {**state, "interrupted": self._stop.is_set()},
                "current_image": None if skips else base64.b64encode(preview).decode(),
                "current_task": self._now.reference,
            }
        )

    async def interrupt(self, request: Request) -> Response:
        if self._now is not None:
            self._world.book.change(self._now, interrupted=True)
        self._stop.set()
        return JSONResponse({})

    async def models(self, request: Request) -> Response:
        refused = await self._world.gate(VENDOR, _trouble)
        return refused or JSONResponse(
            [
                {"title": f"{name}.safetensors [abc]", "model_name": name, "hash": "abc", "filename": name}
                for name in CHECKPOINTS
            ]
        )

    async def samplers(self, request: Request) -> Response:
        return JSONResponse([{"name": name, "aliases": [], "options": {}} for name in SAMPLERS])

    async def options(self, request: Request) -> Response:
        return JSONResponse({"sd_model_checkpoint": CHECKPOINTS[0], "samples_format": "png"})


def _wrong(body: dict[str, Any], *, is_edit: bool) -> Response | None:
    if is_edit and not body.get("init_images"):
        return JSONResponse({"detail": "Init image not found"}, 404)
    if body.get("sampler_name") not in (None, "", *SAMPLERS):
        return JSONResponse({"detail": "Sampler not found"}, 404)
    steps = body.get("steps", STEPS)
    if not isinstance(steps, int):
        detail = [{"loc": ["body", "steps"], "msg": "value is not a valid integer", "type": "type_error.integer"}]
        return JSONResponse({"detail": detail}, 422)
    return None


def _crashed() -> Response:
    crash = {"error": "OutOfMemoryError", "detail": "", "body": "", "errors": "CUDA out of memory."}
    return JSONResponse(crash, 500)


def _short(body: dict[str, Any]) -> dict[str, Any]:
    """The request without its pictures."""
    return {name: "..." if name in ("init_images", "mask", "image") else value for name, value in body.items()}


def _trouble(kind: Trouble, seconds: float) -> Response:
    match kind:
        case "bad-key":
            return JSONResponse({"detail": "Incorrect username or password"}, 401, {"WWW-Authenticate": "Basic"})
        case "throttled":
            return JSONResponse({"detail": "Too many requests"}, 429, {"Retry-After": f"{seconds:g}"})
        case "no-credit" | "server-error":
            return JSONResponse({"error": "RuntimeError", "detail": "", "body": "", "errors": "the server broke"}, 500)
