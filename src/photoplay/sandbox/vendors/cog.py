"""A Cog server as it speaks: one model, one place, synchronous predictions that end with their call."""

import asyncio
import base64
import json
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.vendors._models import cog_document, models_of
from photoplay.sandbox.world import Trouble, World

VENDOR: Final = "custom-cog"
PATH: Final = "/cog"
LOOK_SECONDS: Final = 0.02
"""How often it looks whether the caller is still there."""


def routes(world: World) -> list[BaseRoute]:
    """Its API."""
    cog = _Cog(world)
    return [
        Route("/", cog.links),
        Route("/health-check", cog.health),
        Route("/openapi.json", cog.schema),
        Route("/predictions", cog.predict, methods=["POST"]),
        Route("/predictions/{id}", cog.predict, methods=["PUT"]),
        Route("/predictions/{id}/cancel", cog.cancel, methods=["POST"]),
    ]


class _Cog:
    def __init__(self, world: World) -> None:
        self._world = world
        self._model = models_of("cog.toml")["house-style"]
        self._running: Job | None = None
        self._later: set[asyncio.Task[Response]] = set()

    async def links(self, request: Request) -> Response:
        paths = {"docs_url": "/docs", "openapi_url": "/openapi.json", "healthcheck_url": "/health-check"}
        return JSONResponse({**paths, "predictions_url": "/predictions", "cog_version": "0.23.1"})

    async def health(self, request: Request) -> Response:
        if self._world.faults.take(VENDOR, "check-error"):
            return JSONResponse({"status": "SETUP_FAILED", "setup": {"status": "failed"}, "version": {}})
        status = "BUSY" if self._running is not None else "READY"
        return JSONResponse({"status": status, "setup": {"status": "succeeded"}, "version": {"cog": "0.23.1"}})

    async def schema(self, request: Request) -> Response:
        document = cog_document(self._model)
        document["info"]["description"] = self._model.about
        return JSONResponse(document)

    async def predict(self, request: Request) -> Response:
        world, asked_id = self._world, request.path_params.get("id")
        if asked_id is not None and self._running is not None and self._running.id == asked_id:
            return JSONResponse({"id": asked_id, "status": "processing", "input": {}, "logs": ""}, 202)
        refused = await world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        body, wrong = await _body(request, asked_id)
        if wrong is not None:
            return wrong
        if misfits := self._model.wrong(body["input"]):
            said = "; ".join(f"{name}: {message}" for name, _, message in misfits)
            return JSONResponse({"id": body.get("id"), "status": "failed", "error": said}, 422)
        if self._running is not None:
            return JSONResponse({"error": "Already running a prediction", "status": "failed"}, 409)
        job = self._take(body)
        if request.headers.get("prefer") == "respond-async":
            self._call_back_later(job, body, request)
            return JSONResponse({"id": job.id, "status": "starting"}, 202)
        return await world.answer(VENDOR, await self._ended(job, request), _fault_after)

    def _take(self, body: dict[str, Any]) -> Job:
        every = ("succeeded", "failed", "refused-content", "vendor-cancelled")
        self._running = self._world.take(
            VENDOR,
            self._model.name,
            seconds=self._model.seconds,
            cost_usd=self._model.usd({}),
            job_id=body.get("id"),
            bills=every,  # type: ignore[arg-type]
            facts={"input": body["input"]},
        )
        return self._running

    async def _ended(self, job: Job, request: Request | None) -> Response:
        """Waits for the end. A caller who leaves stops a prediction that is not asynchronous."""
        try:
            while not (now := self._now(job)).is_over:
                await asyncio.sleep(min(LOOK_SECONDS, job.seconds))
                if request is not None and await request.is_disconnected():
                    now = self._world.cancel(now, forgives=False)
        finally:
            self._running = None
        return JSONResponse(await self._shown(now))

    async def _shown(self, job: Job) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": job.id, "input": job.facts["input"], "logs": "", "output": None}
        shown["metrics"] = {"predict_time": self._model.seconds}
        match job.outcome:
            case "succeeded":
                values = self._model.filled(job.facts["input"])
                data = await self._model.media(self._world, values, job.reference, 0)
                text = base64.b64encode(data).decode()
                return {**shown, "status": "succeeded", "output": f"data:{self._model.mime_of(values)};base64,{text}"}
            case "cancelled" | "vendor-cancelled":
                return {**shown, "status": "canceled"}
            case "refused-content":
                return {**shown, "status": "failed", "error": "NSFW content detected. Try a different prompt."}
            case _:
                return {**shown, "status": "failed", "error": "CUDA out of memory"}

    def _now(self, job: Job) -> Job:
        return self._world.book.find(VENDOR, job.id) or job

    async def cancel(self, request: Request) -> Response:
        if self._running is None or self._running.id != request.path_params["id"]:
            return JSONResponse({}, 404)
        self._world.cancel(self._now(self._running), forgives=False)
        return JSONResponse({})

    def _call_back_later(self, job: Job, body: dict[str, Any], request: Request) -> None:
        async def later() -> Response:
            ended = await self._ended(job, None)
            if body.get("webhook"):
                told = json.dumps(json.loads(bytes(ended.body))).encode()
                self._world.webhooks.send(VENDOR, body["webhook"], told, lambda data: {}, in_seconds=0)
            return ended

        task = asyncio.create_task(later())
        self._later.add(task)
        task.add_done_callback(self._later.discard)


async def _body(request: Request, asked_id: str | None) -> tuple[dict[str, Any], Response | None]:
    """The body with the id of the path, or what is wrong with it."""
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("input"), dict):
        detail = [{"loc": ["body", "input"], "msg": "Field required", "type": "missing"}]
        return {}, JSONResponse({"detail": detail}, 422)
    if asked_id is not None and body.get("id", asked_id) != asked_id:
        detail = [{"loc": ["body", "id"], "msg": "must match the id of the address", "type": "value_error"}]
        return {}, JSONResponse({"detail": detail}, 422)
    return {**body, "id": asked_id or body.get("id")}, None


def _fault_after(kind: Trouble, seconds: float) -> Response:
    """What a proxy says when the server dies under a prediction."""
    return JSONResponse({"detail": "Bad gateway"}, 502)


def _trouble(kind: Trouble, seconds: float) -> Response:
    match kind:
        case "throttled":
            return JSONResponse({"error": "Already running a prediction", "status": "failed"}, 409)
        case "server-error":
            return JSONResponse({"error": "Setup has not finished yet", "status": "failed"}, 503)
        case "bad-key" | "no-credit":
            return JSONResponse({"detail": "Unauthorized"}, 401)
