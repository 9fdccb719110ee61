"""The queue of fal as it speaks: a queue with its own addresses, the synchronous host, uploads, and calls signed by Ed25519."""

import base64
import hashlib
import json
import re
import secrets
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.vendors import _fal_platform
from photoplay.sandbox.vendors._models import ENDINGS, SimulatedModel, models_of
from photoplay.sandbox.world import Trouble, World

VENDOR: Final = "fal"
PATH: Final = "/fal"
USER: Final = "user-sandbox"
SIGNING_KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
"""The key of the test vector of the vendor's page: nothing real is signed with it."""
STARTS_AT: Final = 0.25
"""The share of its time that a request waits in the queue."""
KEPT_SECONDS: Final = 7 * 86_400.0


def routes(world: World) -> list[BaseRoute]:
    """The hosts queue.fal.run, fal.run, rest.fal.ai, api.fal.ai and v3.fal.media, by path."""
    sim = _Fal(world)
    request, posts = "/queue/{owner}/{app}/requests/{id}", ["POST"]
    return [
        Route(f"{request}/status", sim.status),
        Route(f"{request}/status/stream", sim.status_stream),
        Route(f"{request}/cancel", sim.cancel, methods=["PUT"]),
        Route(request, sim.result),
        Route("/queue/{endpoint:path}", sim.submit, methods=posts),
        Route("/run/{endpoint:path}", sim.run, methods=posts),
        Route("/platform/v1/models", sim.find_models),
        Route("/platform/v1/models/pricing", sim.prices),
        Route("/rest/.well-known/jwks.json", sim.keys),
        Route("/rest/storage/upload/initiate", sim.begin_upload, methods=posts),
        Route("/rest/storage/auth/token", sim.upload_token, methods=posts),
        Route("/cdn/files/upload", sim.upload_at_once, methods=posts),
        Route("/cdn/files/{name}", sim.uploaded, methods=["GET", "PUT"]),
        Route("/cdn/{job}/{number:int}.{ending}", sim.delivery),
    ]


class _Fal:
    def __init__(self, world: World) -> None:
        self._world = world
        self._models = models_of("fal.toml")
        self._files: dict[str, tuple[str, bytes]] = {}

    async def submit(self, request: Request) -> Response:
        model = self._models.get(request.path_params["endpoint"])
        refused = _unauthenticated(request) or await self._world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        if model is None:
            return JSONResponse({"detail": f"Application '{request.path_params['endpoint']}' not found"}, 404)
        job = self._take(model, await _body(request))
        self._call_back(job, request.query_params.get("fal_webhook"))
        return await self._world.answer(VENDOR, JSONResponse(self._queued(job)), _trouble)

    async def run(self, request: Request) -> Response:
        model = self._models.get(request.path_params["endpoint"])
        refused = _unauthenticated(request) or await self._world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        if model is None:
            return JSONResponse({"detail": "Not found"}, 404)
        job = self._take(model, await _body(request))
        await self._world.work(model.seconds if not job.facts["wrong"] else 0)
        headers = {"x-fal-request-id": job.id}
        response = self._ended(job, headers)
        return await self._world.answer(VENDOR, response, _trouble)

    def _take(self, model: SimulatedModel, given: dict[str, Any]) -> Job:
        wrong = model.wrong(given)
        return self._world.take(
            VENDOR,
            model.name,
            seconds=model.seconds if not wrong else 0,
            cost_usd=model.usd(model.filled(given)) if not wrong else model.usd(model.filled({})),
            job_id=str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)),
            bills=() if wrong else ("succeeded",),
            facts={"input": given, "wrong": wrong},
        )

    def _queued(self, job: Job) -> dict[str, Any]:
        address = self._address(job)
        links = {"response_url": address, "status_url": f"{address}/status", "cancel_url": f"{address}/cancel"}
        ids = {"request_id": job.id, "gateway_request_id": job.id}
        return {"status": "IN_QUEUE", **ids, **links, "logs": None, "metrics": {}, "queue_position": 0}

    def _address(self, job: Job) -> str:
        app = "/".join(job.model.split("/")[:2])
        return f"{self._world.url}{PATH}/queue/{app}/requests/{job.id}"

    def _found(self, request: Request) -> Job | None:
        job = self._world.book.find(VENDOR, request.path_params["id"])
        app = "{owner}/{app}".format(**request.path_params)
        return job if job is not None and "/".join(job.model.split("/")[:2]) == app else None

    async def status(self, request: Request) -> Response:
        if refused := _unauthenticated(request):
            return refused
        if self._world.faults.take(VENDOR, "bad-key"):
            return _trouble("bad-key", 0)
        job = self._found(request)
        if job is None:
            return JSONResponse({"detail": "Request not found"}, 404)
        if self._world.faults.take(VENDOR, "check-error"):
            return _trouble("server-error", 0)
        state = self._state(job)
        return JSONResponse(state, 200 if state["status"] == "COMPLETED" else 202)

    async def status_stream(self, request: Request) -> Response:
        job = self._found(request)
        if job is None:
            return _unauthenticated(request) or JSONResponse({"detail": "Request not found"}, 404)

        async def events() -> Any:
            while not (now := self._world.book.find(VENDOR, job.id) or job).is_over:
                yield f"data: {json.dumps(self._state(now))}\n\n"
                await self._world.work(0.5)
            yield f"data: {json.dumps(self._state(now))}\n\n"

        return _unauthenticated(request) or StreamingResponse(events(), media_type="text/event-stream")

    def _state(self, job: Job) -> dict[str, Any]:
        ids = {
            "request_id": job.id,
            **{key: self._queued(job)[key] for key in ("response_url", "status_url", "cancel_url")},
        }
        if job.is_over:
            metrics = {"inference_time": self._models[job.model].seconds}
            failed = _failure(job)
            error = {"error": failed[2], "error_type": failed[1]} if failed else {}
            return {"status": "COMPLETED", **ids, "logs": [], "metrics": metrics, **error}
        if job.progress < STARTS_AT:
            return {"status": "IN_QUEUE", **ids, "queue_position": 1 if job.progress < STARTS_AT / 2 else 0}
        line = {"message": f"step {round(28 * job.progress)}/28", "level": "INFO", "timestamp": _now()}
        return {"status": "IN_PROGRESS", **ids, "logs": [line]}

    async def result(self, request: Request) -> Response:
        if refused := _unauthenticated(request):
            return refused
        job = self._found(request)
        if job is None:
            return JSONResponse({"detail": "Request not found"}, 404)
        if not job.is_over:
            return JSONResponse({"detail": "Request is still in progress"}, 400)
        return self._ended(job, {"x-fal-request-id": job.id})

    def _ended(self, job: Job, headers: dict[str, str]) -> Response:
        failed = _failure(job)
        if failed is None:
            return JSONResponse(self._output(job), headers=headers)
        status, kind, said = failed
        if status == 422:
            detail = [{"loc": list(loc), "msg": message, "type": type_} for loc, type_, message in _details(job)]
            return JSONResponse({"detail": detail}, 422, {**headers, "X-Fal-Retryable": "false"})
        return JSONResponse({"detail": said, "error_type": kind}, status, {**headers, "X-Fal-Error-Type": kind})

    async def cancel(self, request: Request) -> Response:
        if refused := _unauthenticated(request):
            return refused
        job = self._found(request)
        if job is None:
            return JSONResponse({"detail": "Request not found"}, 404)
        if job.is_over:
            return JSONResponse({"status": "ALREADY_COMPLETED"}, 400)
        self._world.cancel(job, forgives=True)
        return JSONResponse({"status": "CANCELLATION_REQUESTED"}, 202)

    def _output(self, job: Job) -> dict[str, Any]:
        model = self._models[job.model]
        values = model.filled(job.facts["input"])
        mime = model.mime_of(values)
        file: dict[str, Any] = {
            "url": f"{self._world.url}{PATH}/cdn/{job.id}/0.{ENDINGS[mime]}",
            "content_type": mime,
            "file_name": f"0.{ENDINGS[mime]}",
        }
        seed = {"seed": values.get("seed", 42)} if "seed" in model.fields else {}
        if model.gives == "video":
            return {"video": file, **seed}
        width, height = model.frame(values)
        picture = {**file, "width": width, "height": height}
        if "prompt" not in model.fields:
            return {"image": picture}
        return {"images": [picture], "timings": {"inference": model.seconds}, **seed, "has_nsfw_concepts": [False]}

    async def delivery(self, request: Request) -> Response:
        job = self._world.book.find(VENDOR, request.path_params["job"])
        if job is None or _is_old(job) or self._world.faults.take(VENDOR, "file-expired"):
            return Response("Not found", 404)
        model = self._models[job.model]
        values = model.filled(job.facts["input"])
        length = self._world.seconds_of(job, model.length(values))
        data = await model.media(self._world, values, job.reference, length)
        return Response(data, media_type=model.mime_of(values))

    async def find_models(self, request: Request) -> Response:
        return _fal_platform.find_models(self._models, request)

    async def prices(self, request: Request) -> Response:
        if self._world.faults.take(VENDOR, "bad-key"):
            return JSONResponse({"error": {"type": "authorization_error", "message": "Admin scope is required"}}, 403)
        return _fal_platform.prices(self._models, request)

    async def keys(self, request: Request) -> Response:
        public = base64.urlsafe_b64encode(SIGNING_KEY.public_key().public_bytes_raw()).decode().rstrip("=")
        return JSONResponse({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": public}]})

    async def begin_upload(self, request: Request) -> Response:
        if refused := _unauthenticated(request):
            return refused
        body = await _body(request)
        ending = str(body.get("file_name", "file.bin")).rpartition(".")[2]
        url = f"{self._world.url}{PATH}/cdn/files/{secrets.token_hex(8)}.{re.sub('[^a-z0-9]', '', ending)}"
        return JSONResponse({"upload_url": url, "file_url": url})

    async def upload_token(self, request: Request) -> Response:
        until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()  # noqa: TID251 - the vendor's own clock
        told = {
            "token": "made-up",
            "token_type": "Bearer",
            "base_url": f"{self._world.url}{PATH}/cdn",
            "expires_at": until,
        }
        return _unauthenticated(request) or JSONResponse(told)

    async def upload_at_once(self, request: Request) -> Response:
        name = secrets.token_hex(8)
        self._files[name] = request.headers.get("content-type", "application/octet-stream"), await request.body()
        return JSONResponse({"access_url": f"{self._world.url}{PATH}/cdn/files/{name}"})

    async def uploaded(self, request: Request) -> Response:
        name = request.path_params["name"]
        if request.method == "PUT":
            self._files[name] = request.headers.get("content-type", "application/octet-stream"), await request.body()
            return Response(status_code=200)
        if name not in self._files:
            return Response("Not found", 404)
        mime, data = self._files[name]
        return Response(data, media_type=mime)

    def _call_back(self, job: Job, url: str | None) -> None:
        if not url:
            return
        told: dict[str, Any] = {"request_id": job.id, "gateway_request_id": job.id}
        if failed := _failure(job):
            said = [{"loc": list(loc), "msg": message, "type": kind} for loc, kind, message in _details(job)]
            told |= {"status": "ERROR", "error": failed[2], "payload": {"detail": said or failed[2]}}
        else:
            told |= {"status": "OK", "payload": self._output(job)}
        body = json.dumps(told).encode()
        self._world.webhooks.send(VENDOR, url, body, lambda data: sign_call(job.id, data), in_seconds=job.seconds)


def sign_call(request_id: str, body: bytes, sent_at: int | None = None) -> dict[str, str]:
    """The headers of a call to a customer."""
    moment = str(int(time.time()) if sent_at is None else sent_at)  # noqa: TID251 - the vendor's own clock
    message = "\n".join((request_id, USER, moment, hashlib.sha256(body).hexdigest())).encode()
    return {
        "X-Fal-Webhook-Request-Id": request_id,
        "X-Fal-Webhook-User-Id": USER,
        "X-Fal-Webhook-Timestamp": moment,
        "X-Fal-Webhook-Signature": SIGNING_KEY.sign(message).hex(),
    }


def _failure(job: Job) -> tuple[int, str, str] | None:
    """Status, kind and words of a job that gives nothing."""
    if job.facts["wrong"]:
        return 422, "invalid_request", "Invalid request"
    match job.outcome:
        case "refused-content":
            return 422, "content_policy_violation", "The content could not be processed"
        case "failed":
            return 500, "internal_server_error", "The runner failed: CUDA out of memory"
        case "vendor-cancelled":
            return 504, "request_timeout", "Request timed out waiting for a runner"
        case "cancelled":
            return 400, "client_cancelled", "Request was cancelled"
        case _:
            return None


def _details(job: Job) -> list[tuple[tuple[str, ...], str, str]]:
    """What the model says of a request that it refuses: where, what kind, which words."""
    if job.outcome == "refused-content":
        said = "The content could not be processed because it contained material flagged by a content checker."
        return [(("body", "prompt"), "content_policy_violation", said)]
    return [(("body", name), kind, message) for name, kind, message in job.facts["wrong"]]


def _is_old(job: Job) -> bool:
    return time.time() > job.made_at + job.seconds + KEPT_SECONDS  # noqa: TID251 - the vendor's own clock


def _now() -> str:
    return datetime.now(UTC).isoformat()  # noqa: TID251 - the vendor's own clock


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _unauthenticated(request: Request) -> Response | None:
    if re.fullmatch(r"Key \S+", request.headers.get("authorization", "")):
        return None
    return JSONResponse({"detail": "Authentication is required to access this application."}, 401)


def _trouble(kind: Trouble, seconds: float) -> Response:
    match kind:
        case "throttled":
            return JSONResponse({"detail": "Too many concurrent requests"}, 429, {"Retry-After": f"{seconds:g}"})
        case "no-credit":
            return JSONResponse({"detail": "User is locked. Reason: Exhausted balance."}, 403)
        case "bad-key":
            return JSONResponse({"detail": "No user found for Key ID and Secret"}, 401)
        case "server-error":
            return JSONResponse({"detail": "Internal Server Error"}, 500)
