"""Simulated Google's interactions: films, songs, voices and pictures, at once, in the background, or event by event."""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.deliveries import bytes_of
from photoplay.sandbox.vendors._google_files import Files
from photoplay.sandbox.vendors._google_hooks import Signing
from photoplay.sandbox.vendors._google_orders import Ordered, ordered
from photoplay.sandbox.vendors._google_rules import (
    MODELS,
    PATH,
    VENDOR,
    interaction_trouble,
    no_key,
    not_found,
    refused_interaction,
)
from photoplay.sandbox.world import World

PREFIX: Final = "v1_"
WAKE_SECONDS: Final = 1.0


class Interactions:
    """What is asked of the Interactions API."""

    def __init__(self, world: World, files: Files) -> None:
        self._world = world
        self._files = files
        self._signing = Signing()

    def routes(self, version: str) -> list[BaseRoute]:
        """Its part of the API."""
        return [
            Route(f"/{version}/interactions", self.create, methods=["POST"]),
            Route(f"/{version}/interactions/{{id}}", self.get),
            Route(f"/{version}/interactions/{{id}}", self.delete, methods=["DELETE"]),
            Route(f"/{version}/interactions/{{id}}/cancel", self.cancel, methods=["POST"]),
        ]

    async def keys(self, request: Request) -> Response:
        """The public keys by which calls to customers are signed."""
        return JSONResponse(self._signing.public_keys())

    async def create(self, request: Request) -> Response:
        if refusal := no_key(request):
            return refusal
        if stopped := await self._world.gate(VENDOR, interaction_trouble):
            return stopped
        try:
            body = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            return refused_interaction(400, "invalid_request", "Invalid JSON payload received.")
        name = str(body.get("model") or "")
        if name not in MODELS:
            return refused_interaction(404, "not_found", not_found(name))
        order = ordered(name, body)
        wrong = order.wrong or self._files.wrong(order.files)
        if wrong:
            return refused_interaction(400, "invalid_request", wrong)
        return await self._take(order, body)

    async def _take(self, order: Ordered, body: Mapping[str, Any]) -> Response:
        world = self._world
        job = world.take(
            VENDOR,
            order.model,
            seconds=order.seconds,
            cost_usd=order.cost_usd,
            reference=(body.get("labels") or {}).get("order"),
            facts={**order.facts, "stored": body.get("store", True), "background": bool(body.get("background"))},
        )
        if job.outcome == "refused-content":
            world.book.charge(job, order.reading_usd)
        self._call_back(job, body.get("webhook_config") or {})
        if body.get("stream"):
            return StreamingResponse(self._events(job), media_type="text/event-stream")
        if not body.get("background"):
            await world.work(order.seconds)
        return await world.answer(VENDOR, JSONResponse(await self._shown(job)), interaction_trouble)

    async def get(self, request: Request) -> Response:
        if refusal := no_key(request):
            return refusal
        job = self._job(request)
        if job is None:
            return refused_interaction(404, "not_found", "Interaction not found.")
        if self._world.faults.take(VENDOR, "check-error"):
            return refused_interaction(503, "unavailable", "The service is currently unavailable.")
        if request.query_params.get("stream") == "true":
            return StreamingResponse(self._events(job), media_type="text/event-stream")
        return JSONResponse(await self._shown(job))

    async def cancel(self, request: Request) -> Response:
        if refusal := no_key(request):
            return refusal
        job = self._job(request)
        if job is None:
            return refused_interaction(404, "not_found", "Interaction not found.")
        if not job.facts["background"]:
            return refused_interaction(400, "invalid_request", "Only background interactions can be cancelled.")
        return JSONResponse(await self._shown(self._world.cancel(job, forgives=True)))

    async def delete(self, request: Request) -> Response:
        if refusal := no_key(request):
            return refusal
        job = self._job(request)
        if job is None:
            return refused_interaction(404, "not_found", "Interaction not found.")
        self._world.book.change(job, stored=False)
        return JSONResponse({})

    def _job(self, request: Request) -> Job | None:
        job = self._world.book.find(VENDOR, request.path_params["id"].removeprefix(PREFIX))
        return job if job is not None and job.facts.get("stored") else None

    async def _shown(self, job: Job) -> dict[str, Any]:
        """The resource. What failed used nothing; what was refused has only been read."""
        made = datetime.fromtimestamp(job.made_at, UTC).isoformat().replace("+00:00", "Z")
        shown: dict[str, Any] = {
            "object": "interaction",
            "model": job.model,
            "status": _status(job),
            "created": made,
            "updated": made,
            **({"id": PREFIX + job.id} if job.facts["stored"] else {}),
        }
        if not job.is_over:
            return shown
        if job.outcome == "failed":
            shown["errors"] = [{"code": "internal", "message": "The model failed to generate."}]
        made_it, was_read = job.outcome == "succeeded", job.outcome in ("succeeded", "refused-content")
        steps: list[dict[str, Any]] = [{"type": "thought", "signature": "c2lnbmF0dXJl"}] if was_read else []
        if made_it:
            steps.append({"type": "model_output", "content": await self._content(job)})
        return {**shown, "steps": steps, "usage": _usage(job, has_made=made_it, has_read=was_read)}

    async def _content(self, job: Job) -> list[dict[str, Any]]:
        facts = job.facts
        file: dict[str, Any] = {"type": facts["kind"], "mime_type": facts["shown_mime"]}
        if facts["delivery"] == "uri":
            file["uri"] = f"{self._world.url}{PATH}/v1beta/files/{job.id}"
        else:
            file["data"] = base64.b64encode(await bytes_of(self._world, job)).decode()
        words = [{"type": "text", "text": facts["words"]}] if facts.get("words") else []
        return [*words, file]

    async def _events(self, job: Job) -> AsyncIterator[bytes]:
        empty = {"object": "interaction", "id": PREFIX + job.id, "model": job.model, "status": "in_progress"}
        yield _event("interaction.created", 1, interaction=empty)
        while (current := self._world.book.find(VENDOR, job.id)) is not None and not current.is_over:  # noqa: ASYNC110 - by the clock
            await asyncio.sleep(WAKE_SECONDS * self._world.pace)
        shown = await self._shown(current or job)
        number = 2
        for index, step in enumerate(shown.get("steps", [])):
            yield _event("step.start", number, index=index, step={"type": step["type"]})
            for content in step.get("content", []):
                number += 1
                yield _event("step.delta", number, index=index, delta=content)
            yield _event("step.stop", number + 1, index=index)
            number += 2
        yield _event("interaction.completed", number, interaction={**shown, "steps": None})
        yield b"data: [DONE]\n\n"

    def _call_back(self, job: Job, config: Mapping[str, Any]) -> None:
        """Tells the customer's addresses when it is over."""
        body: dict[str, Any] = {"version": "v1", "data": {"id": PREFIX + job.id}}
        if job.outcome == "failed":
            body["data"] |= {"error_code": "internal", "error_message": "The model failed to generate."}
        at = datetime.fromtimestamp(job.made_at + job.seconds, UTC).isoformat().replace("+00:00", "Z")
        word = "failed" if job.outcome == "failed" else "completed"
        body |= {"type": f"interaction.{word}", "timestamp": at}
        if "user_metadata" in config:
            body["user_metadata"] = config["user_metadata"]
        for uri in config.get("uris", ()):
            sign = self._signing.for_address(uri)
            self._world.webhooks.send(VENDOR, uri, orjson.dumps(body), sign, in_seconds=job.seconds)


def _status(job: Job) -> str:
    if not job.is_over:
        return "in_progress"
    match job.outcome:
        case "succeeded" | "refused-content":
            return "completed"
        case "failed":
            return "failed"
        case "vendor-cancelled" | "cancelled":
            return "cancelled"


def _usage(job: Job, *, has_made: bool, has_read: bool) -> dict[str, Any]:
    read = job.facts["read"] if has_read else 0
    thought, made = (job.facts["thought"], job.facts["made"]) if has_made else (0, 0)
    return {
        "total_input_tokens": read,
        "total_thought_tokens": thought,
        "total_output_tokens": made,
        "total_tokens": read + thought + made,
        "output_tokens_by_modality": [{"modality": job.facts["kind"], "tokens": made}] if made else [],
    }


def _event(kind: str, number: int, **more: Any) -> bytes:
    data = orjson.dumps({"event_type": kind, "event_id": str(number), **more}).decode()
    return f"event: {kind}\ndata: {data}\n\n".encode()
