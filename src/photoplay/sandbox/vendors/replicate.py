"""Replicate as it speaks: predictions of official and versioned models, lists, files, signed calls, files kept for an hour."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import secrets
import string
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.vendors._models import ENDINGS, SimulatedModel, cog_document, models_of
from photoplay.sandbox.world import Trouble, World

VENDOR: Final = "replicate"
PATH: Final = "/replicate"
SIGNING_KEY: Final = b"sandbox"
SIGNING_SECRET: Final = f"whsec_{base64.b64encode(SIGNING_KEY).decode()}"
KEPT_SECONDS: Final = 3600.0
STARTS_AT: Final = 0.2
"""The share of its time that a prediction waits for a machine."""
PAGE: Final = 100
LARGEST_FILE: Final = 100_000_000
_WAIT: Final = re.compile(r"wait(?:=([1-9]|[1-9][0-9]|60))?")
_AFTER: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")


def routes(world: World) -> list[BaseRoute]:
    """Its API, and the host of its files."""
    sim = _Replicate(world)
    posts = ["POST"]
    return [
        Route("/v1/account", sim.account),
        Route("/v1/predictions", sim.predictions, methods=["GET", "POST"]),
        Route("/v1/predictions/{id}", sim.prediction),
        Route("/v1/predictions/{id}/cancel", sim.cancel, methods=posts),
        Route("/v1/models/{owner}/{name}", sim.model),
        Route("/v1/models/{owner}/{name}/predictions", sim.predict_official, methods=posts),
        Route("/v1/models/{owner}/{name}/versions", sim.versions),
        Route("/v1/models/{owner}/{name}/versions/{version}", sim.version),
        Route("/v1/hardware", sim.hardware),
        Route("/v1/files", sim.files, methods=["GET", "POST"]),
        Route("/v1/files/{id}", sim.file, methods=["GET", "DELETE"]),
        Route("/v1/webhooks/default/secret", sim.signing_secret),
        Route("/delivery/{id}/{number:int}.{ending}", sim.delivery),
    ]


class _Replicate:
    def __init__(self, world: World) -> None:
        self._world = world
        self._models = models_of("replicate.toml")
        self._files: dict[str, tuple[dict[str, Any], bytes]] = {}

    async def account(self, request: Request) -> Response:
        if refused := _unauthenticated(request):
            return refused
        if self._world.faults.take(VENDOR, "bad-key"):
            return _trouble("bad-key", 0)
        return JSONResponse({"type": "user", "username": "sandbox", "name": "Sandbox", "github_url": None})

    async def predictions(self, request: Request) -> Response:
        if refused := _unauthenticated(request):
            return refused
        if request.method == "GET":
            return self._list(request)
        body = await _body(request)
        slug, _, version = str(body.get("version", "")).partition(":")
        model = self._models.get(slug) or self._by_version(slug)
        if model is None or (version and version != model.facts.get("version")):
            return _problem(422, "Invalid version or not permitted", "The specified version does not exist")
        return await self._predict(request, model, body)

    async def predict_official(self, request: Request) -> Response:
        if refused := _unauthenticated(request):
            return refused
        model = self._models.get("{owner}/{name}".format(**request.path_params))
        if model is None or "version" in model.facts:
            return _problem(404, "", "The requested resource could not be found.")
        return await self._predict(request, model, await _body(request))

    async def _predict(self, request: Request, model: SimulatedModel, body: dict[str, Any]) -> Response:
        world = self._world
        refused = await world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        given = body.get("input")
        if not isinstance(given, dict):
            return _problem(422, "Input validation failed", "- input is required")
        if wrong := model.wrong(given):
            return _invalid(wrong)
        values = model.filled(given)
        is_metered = model.cost["unit"] == "machine-second"
        job = world.take(
            VENDOR,
            model.name,
            seconds=model.seconds,
            cost_usd=model.usd(values),
            job_id=_new_id(),
            bills=("succeeded", "failed", "refused-content", "vendor-cancelled") if is_metered else ("succeeded",),
            facts={"input": given, "deadline_seconds": _deadline(request, world.pace), "webhook": body.get("webhook")},
        )
        if _status(job, 1.0) == "aborted":
            world.book.forgive(job)
        self._call_back(job, body)
        await _wait_for(request, job)
        return await world.answer(VENDOR, JSONResponse(self._shown(job), 201), _trouble)

    async def prediction(self, request: Request) -> Response:
        if refused := _unauthenticated(request):
            return refused
        job = self._world.book.find(VENDOR, request.path_params["id"])
        if job is None:
            return _problem(404, "", "Prediction not found")
        if self._world.faults.take(VENDOR, "check-error"):
            return _trouble("server-error", 0)
        return JSONResponse(self._shown(job))

    async def cancel(self, request: Request) -> Response:
        if refused := _unauthenticated(request):
            return refused
        job = self._world.book.find(VENDOR, request.path_params["id"])
        if job is None:
            return _problem(404, "", "Prediction not found")
        was_waiting = job.progress < STARTS_AT
        if not job.is_over:
            job = self._world.book.change(job, started=not was_waiting)
        job = self._world.cancel(job, forgives=was_waiting)
        return JSONResponse(self._shown(job))

    def _list(self, request: Request) -> Response:
        after, before = (_moment(request.query_params.get(f"created_{which}")) for which in ("after", "before"))
        cursor = request.query_params.get("cursor")
        until = float(cursor) if cursor else before or float("inf")
        jobs = [job for job in self._world.book.recent(VENDOR, after or 0, most=10_000) if job.made_at < until]
        results = [self._shown(job, is_listed=True) for job in jobs[:PAGE]]
        following = None
        if len(jobs) > PAGE:
            asked = f"&created_after={request.query_params['created_after']}" if after else ""
            following = f"{self._world.url}{PATH}/v1/predictions?cursor={jobs[PAGE - 1].made_at!r}{asked}"
        return JSONResponse({"next": following, "previous": None, "results": results})

    async def model(self, request: Request) -> Response:
        if refused := _unauthenticated(request):
            return refused
        model = self._models.get("{owner}/{name}".format(**request.path_params))
        if model is None:
            return _problem(404, "", "The requested resource could not be found.")
        owner, _, name = model.name.partition("/")
        about = {"owner": owner, "name": name, "description": model.about, "visibility": "public", "run_count": 1000}
        links = dict.fromkeys(("github_url", "paper_url", "license_url", "cover_image_url", "default_example"))
        facts = {"url": f"https://replicate.com/{model.name}", "is_official": "version" not in model.facts}
        return JSONResponse({**about, **links, **facts, "latest_version": _version(model)})

    async def versions(self, request: Request) -> Response:
        model = self._models.get("{owner}/{name}".format(**request.path_params))
        found = [] if model is None else [_version(model)]
        return _unauthenticated(request) or JSONResponse({"next": None, "previous": None, "results": found})

    async def version(self, request: Request) -> Response:
        model = self._models.get("{owner}/{name}".format(**request.path_params))
        if model is None or _version(model)["id"] != request.path_params["version"]:
            return _problem(404, "", "The requested resource could not be found.")
        return _unauthenticated(request) or JSONResponse(_version(model))

    async def hardware(self, request: Request) -> Response:
        known = (("CPU", "cpu"), ("Nvidia T4 GPU", "gpu-t4"), ("Nvidia L40S GPU", "gpu-l40s"))
        return _unauthenticated(request) or JSONResponse([{"name": name, "sku": sku} for name, sku in known])

    async def signing_secret(self, request: Request) -> Response:
        return _unauthenticated(request) or JSONResponse({"key": SIGNING_SECRET})

    async def files(self, request: Request) -> Response:
        if refused := _unauthenticated(request):
            return refused
        if request.method == "GET":
            kept = [about for about, _ in self._files.values()]
            return JSONResponse({"next": None, "previous": None, "results": kept})
        async with request.form() as form:
            content = form.get("content")
            if content is None or isinstance(content, str):
                return _problem(400, "Bad Request", "Missing content")
            data = await content.read()
        if len(data) > LARGEST_FILE:
            return _problem(413, "", "Files must be less than 100MB in size")
        file_id = _new_id()
        about = {
            "id": file_id,
            "name": content.filename,
            "etag": hashlib.md5(data, usedforsecurity=False).hexdigest(),
            "content_type": content.content_type,
            "size": len(data),
            "checksums": {"sha256": hashlib.sha256(data).hexdigest()},
            "metadata": {},
            "created_at": _iso(time.time()),  # noqa: TID251 - the vendor's own clock
            "expires_at": _iso(time.time() + 86_400),  # noqa: TID251
            "urls": {"get": f"{self._world.url}{PATH}/v1/files/{file_id}"},
        }
        self._files[file_id] = about, data
        return JSONResponse(about, 201)

    async def file(self, request: Request) -> Response:
        if refused := _unauthenticated(request):
            return refused
        file_id = request.path_params["id"]
        if file_id not in self._files:
            return _problem(404, "", "File not found")
        if request.method == "DELETE":
            del self._files[file_id]
            return Response(status_code=204)
        return JSONResponse(self._files[file_id][0])

    async def delivery(self, request: Request) -> Response:
        job = self._world.book.find(VENDOR, request.path_params["id"])
        if job is None or _is_removed(job) or self._world.faults.take(VENDOR, "file-expired"):
            return Response("Not found", 404)
        model = self._models[job.model]
        values = model.filled(job.facts["input"])
        length = self._world.seconds_of(job, model.length(values))
        data = await model.media(self._world, values, job.reference, length)
        return Response(data, media_type=model.mime_of(values))

    def _by_version(self, version: str) -> SimulatedModel | None:
        found = (model for model in self._models.values() if model.facts.get("version") == version)
        return next(found, None) if version else None

    def _call_back(self, job: Job, body: dict[str, Any]) -> None:
        url, wanted = body.get("webhook"), body.get("webhook_events_filter") or ["start", "completed"]
        if not url:
            return
        for event, share in (("start", STARTS_AT), ("completed", 1.0)):
            if event in wanted:
                as_then = replace(job, seconds=job.seconds * (0 if event == "completed" else 1))
                data = json.dumps(self._shown(as_then, at=share)).encode()
                self._world.webhooks.send(VENDOR, url, data, sign_call, in_seconds=job.seconds * share)

    def _shown(self, job: Job, *, is_listed: bool = False, at: float | None = None) -> dict[str, Any]:
        """A prediction as the API tells it."""
        model, progress = self._models[job.model], job.progress if at is None else at
        status = _status(job, progress)
        is_removed = _is_removed(job)
        address = f"{self._world.url}{PATH}/v1/predictions/{job.id}"
        started = _iso(job.made_at + job.seconds * STARTS_AT)
        shown: dict[str, Any] = {
            "id": job.id,
            "model": job.model,
            "version": model.facts.get("version", "hidden"),
            "input": {} if is_removed else job.facts["input"],
            "output": self._output(job, model) if status == "succeeded" and not is_removed else None,
            "error": _error(job) if status == "failed" else None,
            "status": status,
            "source": "api",
            "data_removed": is_removed,
            "created_at": _iso(job.made_at),
            "started_at": started if status not in ("starting", "aborted") and job.facts.get("started", True) else None,
            "completed_at": _iso(job.made_at + job.seconds) if status not in ("starting", "processing") else None,
            "urls": {"get": address, "cancel": f"{address}/cancel", "web": f"https://replicate.com/p/{job.id}"},
        }
        if not is_listed:
            shown["logs"] = "" if status == "starting" else f" {round(100 * progress)}%|████ | 7/20 [00:01<00:02]"
        if status in ("succeeded", "failed", "canceled"):
            shown["metrics"] = {"predict_time": model.seconds, "total_time": model.seconds}
        return shown

    def _output(self, job: Job, model: SimulatedModel) -> Any:
        ending = ENDINGS[model.mime_of(model.filled(job.facts["input"]))]
        url = f"{self._world.url}{PATH}/delivery/{job.id}/0.{ending}"
        match model.shape:
            case "list":
                return [url]
            case "named":
                return {"audio": url, "spectrogram": url}
            case _:
                return url


def _status(job: Job, progress: float) -> str:
    deadline = job.facts.get("deadline_seconds")
    if deadline is not None and job.seconds > deadline and progress >= deadline / job.seconds:
        return "aborted" if deadline / job.seconds < STARTS_AT else "canceled"
    if job.outcome == "cancelled":
        return "canceled"
    if progress < STARTS_AT:
        return "starting"
    if progress < 1:
        return "processing"
    return {"succeeded": "succeeded", "vendor-cancelled": "canceled"}.get(job.outcome, "failed")


def _error(job: Job) -> str:
    if job.outcome == "refused-content":
        return "The input or output was flagged as sensitive. Please try again with different inputs. (E005)"
    return "Prediction failed: CUDA out of memory"


def _version(model: SimulatedModel) -> dict[str, Any]:
    version = model.facts.get("version") or hashlib.sha256(model.name.encode()).hexdigest()
    made = "2026-01-05T10:00:00.000000Z"
    return {"id": version, "created_at": made, "cog_version": "0.23.1", "openapi_schema": cog_document(model)}


def _is_removed(job: Job) -> bool:
    return time.time() > job.made_at + job.seconds + KEPT_SECONDS  # noqa: TID251 - the vendor's own clock


def sign_call(body: bytes) -> dict[str, str]:
    """The headers of a call to a customer, as Standard Webhooks has them."""
    call_id, sent_at = f"msg_{_new_id()}", str(int(time.time()))  # noqa: TID251
    digest = hmac.new(SIGNING_KEY, f"{call_id}.{sent_at}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": call_id, "webhook-timestamp": sent_at, "webhook-signature": signature}


async def _wait_for(request: Request, job: Job) -> None:
    asked = _WAIT.fullmatch(request.headers.get("prefer", ""))
    if asked:
        await asyncio.sleep(min(job.seconds, float(asked[1] or 60)))


def _deadline(request: Request, pace: float) -> float | None:
    asked = _AFTER.fullmatch(request.headers.get("cancel-after", ""))
    if not asked or not any(asked.groups()):
        return None
    hours, minutes, seconds = (int(part or 0) for part in asked.groups())
    return max(5, 3600 * hours + 60 * minutes + seconds) * pace


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _unauthenticated(request: Request) -> Response | None:
    if re.fullmatch(r"(Bearer|Token) \S+", request.headers.get("authorization", "")):
        return None
    return _problem(401, "Unauthenticated", "You did not pass a valid authentication token")


def _invalid(wrong: list[tuple[str, str, str]]) -> Response:
    lines = "\n".join(f"- input.{name}: {message}" for name, _, message in wrong)
    fields = [{"field": f"input.{name}", "type": kind, "description": message} for name, kind, message in wrong]
    return _problem(422, "Input validation failed", lines, invalid_fields=fields)


def _problem(status: int, title: str, detail: str, **more: Any) -> Response:
    body = {**({"title": title} if title else {}), "detail": detail, "status": status, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


def _trouble(kind: Trouble, seconds: float) -> Response:
    match kind:
        case "throttled":
            return _problem(429, "", f"Request was throttled. Your rate limit resets in ~{seconds:g}s.")
        case "no-credit":
            return _problem(402, "Insufficient credit", "You have insufficient credit to run this model.")
        case "bad-key":
            return _problem(401, "Unauthenticated", "You did not pass a valid authentication token")
        case "server-error":
            return _problem(500, "Internal Server Error", "Something went wrong")


def _new_id() -> str:
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(26))


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _moment(text: str | None) -> float | None:
    return datetime.fromisoformat(text).timestamp() if text else None
