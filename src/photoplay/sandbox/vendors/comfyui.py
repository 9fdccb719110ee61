"""ComfyUI as it speaks: workflows that are checked node by node, a queue worked off one by one, and what is done by id."""

import secrets
import time
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job, Outcome
from photoplay.sandbox.vendors import _comfyui_rules as rules
from photoplay.sandbox.world import Trouble, World

VENDOR: Final = "custom-comfyui"
PATH: Final = "/comfyui"
SECONDS: Final = {"images": 3.0, "video": 12.0, "audio": 6.0}
_ENDINGS: Final = {"images": "png", "video": "mp4", "audio": "flac"}
_ENDED: Final[tuple[Outcome, ...]] = ("succeeded", "failed", "refused-content")


def routes(world: World) -> list[BaseRoute]:
    """Its API, as far as orders need it."""
    server, posts = _Server(world), ["POST"]
    return [
        Route("/prompt", server.prompt, methods=["GET", "POST"]),
        Route("/queue", server.queue, methods=["GET", "POST"]),
        Route("/interrupt", server.interrupt, methods=posts),
        Route("/history", server.all_history, methods=["GET", "POST"]),
        Route("/history/{id}", server.history),
        Route("/object_info/{name:path}", server.object_info),
        Route("/models/checkpoints", server.checkpoints),
        Route("/system_stats", server.system_stats),
        Route("/upload/image", server.upload, methods=posts),
        Route("/view", server.view),
    ]


class _Server:
    def __init__(self, world: World) -> None:
        self._world = world
        self._files: dict[str, bytes] = {}
        self._free_at = 0.0
        self._number = 0
        self._ids: list[str] = []

    async def prompt(self, request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse({"exec_info": {"queue_remaining": len(self._open())}})
        refused = await self._world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        body = await request.json()
        if "prompt" not in body:
            error = {"type": "no_prompt", "message": "No prompt provided", "details": "No prompt provided"}
            return JSONResponse({"error": {**error, "extra_info": {}}, "node_errors": {}}, 400)
        wrong, node_errors = rules.check(body["prompt"], list(self._files))
        if wrong is not None:
            return JSONResponse({"error": wrong, "node_errors": node_errors}, 400)
        job = self._take(body)
        answer = {"prompt_id": job.id, "number": job.facts["number"], "node_errors": node_errors}
        return await self._world.answer(VENDOR, JSONResponse(answer), _trouble)

    def _take(self, body: Mapping[str, Any]) -> Job:
        """Into the queue: it begins when all before it are done."""
        now, pace = time.time(), self._world.pace  # noqa: TID251 - the vendor's own clock
        ends = {number: _saves(node) for number, node in body["prompt"].items() if _saves(node)}
        seconds, begins_at = max(SECONDS[kind] for kind in ends.values()), max(now, self._free_at)
        self._free_at = begins_at + seconds * pace
        self._number += 1
        job = self._world.take(
            VENDOR,
            "workflow",
            seconds=seconds + (begins_at - now) / pace,
            cost_usd=Decimal(0),
            job_id=str(body.get("prompt_id") or uuid.UUID(bytes=secrets.token_bytes(16), version=4)),
            bills=_ENDED,
            facts={"number": self._number, "begins_at": begins_at, "prompt": body["prompt"], "ends": ends},
        )
        self._ids.append(job.id)
        return job

    def _open(self) -> list[Job]:
        """What is queued or runs, the running one first."""
        found = [self._world.book.find(VENDOR, one) for one in dict.fromkeys(self._ids)]
        return [job for job in found if job is not None and not job.is_over]

    async def queue(self, request: Request) -> Response:
        if request.method == "POST":
            body = await request.json()
            for job in self._open():
                if body.get("clear") or (job.id in body.get("delete", ()) and not _runs(job)):
                    self._world.cancel(job, forgives=True)
                    self._ids.remove(job.id)
            return Response()
        listed: dict[str, list[Any]] = {"queue_running": [], "queue_pending": []}
        for job in self._open():
            entry = [
                job.facts["number"],
                job.id,
                job.facts["prompt"],
                {"client_id": "photoplay"},
                list(job.facts["ends"]),
            ]
            listed["queue_running" if _runs(job) else "queue_pending"].append(entry)
        return JSONResponse(listed)

    async def interrupt(self, request: Request) -> Response:
        body = await request.json() if await request.body() else {}
        for job in self._open():
            if _runs(job) and body.get("prompt_id", job.id) == job.id:
                self._world.cancel(job, forgives=True)
        return Response()

    async def all_history(self, request: Request) -> Response:
        if request.method == "POST":
            body = await request.json()
            self._ids = [] if body.get("clear") else [one for one in self._ids if one not in body.get("delete", ())]
            return Response()
        done = [job for one in self._ids if (job := self._world.book.find(VENDOR, one)) is not None and job.is_over]
        return JSONResponse({job.id: _entry(job) for job in done})

    async def history(self, request: Request) -> Response:
        if self._world.faults.take(VENDOR, "check-error"):
            return PlainTextResponse("500 Internal Server Error", 500)
        asked = request.path_params["id"]
        job = self._world.book.find(VENDOR, asked) if asked in self._ids else None
        return JSONResponse({job.id: _entry(job)} if job is not None and job.is_over else {})

    async def object_info(self, request: Request) -> Response:
        name = request.path_params["name"]
        known = {name: rules.object_info(name, list(self._files))} if name in rules.nodes() else {}
        return JSONResponse(known)

    async def checkpoints(self, request: Request) -> Response:
        return JSONResponse(rules.nodes()["CheckpointLoaderSimple"]["inputs"]["ckpt_name"][0])

    async def system_stats(self, request: Request) -> Response:
        refused = await self._world.gate(VENDOR, _trouble)
        system = {"os": "linux", "comfyui_version": "0.3.64", "python_version": "3.12"}
        devices = [{"name": "cuda:0 NVIDIA GeForce RTX 4090", "type": "cuda", "vram_total": 24_000_000_000}]
        return refused or JSONResponse({"system": system, "devices": devices})

    async def upload(self, request: Request) -> Response:
        async with request.form() as form:
            image = form.get("image")
            if not isinstance(image, UploadFile) or not image.filename:
                return Response(status_code=400)
            folder, name = str(form.get("subfolder") or ""), image.filename
            data, whole = await image.read(), f"{folder}/{name}" if folder else name
        if whole in self._files and self._files[whole] != data and form.get("overwrite") not in ("true", "1"):
            stem, _, ending = name.rpartition(".")
            name = f"{stem} (1).{ending}"
        self._files[f"{folder}/{name}" if folder else name] = data
        return JSONResponse({"name": name, "subfolder": folder, "type": "input"})

    async def view(self, request: Request) -> Response:
        asked = request.query_params
        if "/" in asked.get("filename", "/") or ".." in asked.get("subfolder", ""):
            return Response(status_code=400)
        job_id, _, rest = asked["filename"].partition("_")
        job = self._world.book.find(VENDOR, job_id)
        if job is None or self._world.faults.take(VENDOR, "file-expired"):
            return Response(status_code=404)
        kind = job.facts["ends"][rest.partition(".")[0]]
        data, mime = await self._media(job, kind)
        return Response(data, media_type=mime)

    async def _media(self, job: Job, kind: str) -> tuple[bytes, str]:
        stock, prompt = self._world.stock, job.facts["prompt"]
        if kind == "audio":
            seconds = float(_literal(prompt, "seconds") or 5)
            return await stock.sound(self._world.seconds_of(job, seconds), "audio/flac", job.reference), "audio/flac"
        width, height = (int(_literal(prompt, side) or 512) for side in ("width", "height"))
        if kind == "images":
            factor = float(_literal(prompt, "scale_by") or 1)
            size = round(width * factor), round(height * factor)
            return await stock.picture(*size, "image/png", job.reference), "image/png"
        length = float(_literal(prompt, "length") or 81) / float(_literal(prompt, "fps") or 16)
        return await stock.film(width, height, self._world.seconds_of(job, length), job.reference), "video/mp4"


def _saves(node: Mapping[str, Any]) -> str:
    return str(rules.nodes()[node["class_type"]].get("saves", ""))


def _runs(job: Job) -> bool:
    return float(job.facts["begins_at"]) <= time.time()  # noqa: TID251 - the vendor's own clock


def _literal(prompt: Mapping[str, Any], name: str) -> Any:
    """The first number that a node has in this field."""
    values = (node["inputs"].get(name) for node in prompt.values())
    return next((value for value in values if isinstance(value, int | float)), None)


def _entry(job: Job) -> dict[str, Any]:
    """What the history says of one that is over."""
    ends, facts = job.facts["ends"], {"prompt_id": job.id, "timestamp": round(job.made_at * 1000)}
    began = ["execution_start", facts]
    first = next(iter(ends))
    at = {**facts, "node_id": first, "node_type": job.facts["prompt"][first]["class_type"], "executed": []}
    match job.outcome:
        case "succeeded":
            outputs = {number: {_named(kind): [_file(job, number, kind)]} for number, kind in ends.items()}
            ended, word, is_done = ["execution_success", facts], "success", True
        case "cancelled" | "vendor-cancelled":
            outputs, ended, word, is_done = {}, ["execution_interrupted", at], "error", False
        case outcome:
            said = "Content moderated: NSFW" if outcome == "refused-content" else "Allocation on device"
            kind = "torch.OutOfMemoryError" if outcome == "failed" else "Exception"
            error = {**at, "exception_message": said, "exception_type": kind, "traceback": []}
            outputs, ended, word, is_done = {}, ["execution_error", error], "error", False
    status = {"status_str": word, "completed": is_done, "messages": [began, ended]}
    prompt = [job.facts["number"], job.id, job.facts["prompt"], {}, list(ends)]
    return {"prompt": prompt, "outputs": outputs, "status": status, "meta": {}}


def _named(kind: str) -> str:
    """Films that are saved stand under `images` too."""
    return "images" if kind == "video" else kind


def _file(job: Job, number: str, kind: str) -> dict[str, str]:
    is_preview = job.facts["prompt"][number]["class_type"] == "PreviewImage"
    name = f"{job.id}_{number}.{_ENDINGS[kind]}"
    return {"filename": name, "subfolder": "", "type": "temp" if is_preview else "output"}


def _trouble(kind: Trouble, seconds: float) -> Response:
    match kind:
        case "bad-key":
            return PlainTextResponse("Unauthorized", 401)
        case "throttled":
            return PlainTextResponse("Too many requests", 429, {"Retry-After": f"{seconds:g}"})
        case "no-credit":
            return PlainTextResponse("Payment required", 402)
        case "server-error":
            return PlainTextResponse("500 Internal Server Error", 500)
