"""OpenAI's Responses API, as far as it paints in the background, and the webhooks that tell of it."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.vendors._openai_usage import (
    MILLION,
    MODELS,
    VENDOR,
    error,
    no_such_model,
    ok,
    picture_cost,
    picture_usage,
    trouble,
    unauthorized,
)
from photoplay.sandbox.webhooks import Signer
from photoplay.sandbox.world import World

SECONDS: Final = 10.0
KEPT_SECONDS: Final = 30 * 86_400.0
HOOKS: Final = "openai-webhooks"
WORDS_IN, WORDS_OUT = Decimal(1), Decimal(6)
"""Dollars for a million tokens of the language model around a picture."""
EVENTS: Final = {
    "succeeded": "response.completed",
    "failed": "response.failed",
    "refused-content": "response.failed",
    "vendor-cancelled": "response.cancelled",
    "cancelled": "response.cancelled",
}
_BLOCKED: Final = {
    "code": "moderation_blocked",
    "type": "image_generation_user_error",
    "param": None,
    "message": "Your request was rejected by the safety system. safety_violations=[violence].",
    "moderation_details": {"categories": ["violence"], "moderation_stage": "output"},
}


def response_routes(world: World) -> Sequence[BaseRoute]:
    """Responses and webhook endpoints."""
    responses, hooks = _Responses(world), _Hooks(world)
    return [
        Route("/v1/responses", responses.create, methods=["POST"]),
        Route("/v1/responses/{id}", responses.one, methods=["GET", "DELETE"]),
        Route("/v1/responses/{id}/cancel", responses.cancel, methods=["POST"]),
        Route("/v1/webhook_endpoints", hooks.all, methods=["GET", "POST"]),
        Route("/v1/webhook_endpoints/{id}", hooks.one, methods=["GET", "POST", "DELETE"]),
    ]


class _Responses:
    def __init__(self, world: World) -> None:
        self._world = world

    async def create(self, request: Request) -> Response:
        world = self._world
        refused = unauthorized(request) or await world.gate(VENDOR, trouble)
        if refused is not None:
            return refused
        body = await request.json()
        tool = next((tool for tool in body.get("tools", []) if tool.get("type") == "image_generation"), None)
        wrong = _wrong(body, tool)
        if wrong is not None or tool is None:
            return wrong or error(400, "Invalid value: 'tools'.", code="invalid_value", param="tools")
        job = _take(world, body, tool, request.headers.get("x-client-request-id"))
        if not body.get("background"):
            await world.work(SECONDS)
        _tell(world, job)
        return await world.answer(VENDOR, ok(await _response(world, job)), trouble)

    async def one(self, request: Request) -> Response:
        refused = unauthorized(request)
        job = self._world.book.find(VENDOR, request.path_params["id"])
        if refused is not None or job is None or job.facts.get("deleted") or _is_old(job):
            return refused or error(404, f"Response with id '{request.path_params['id']}' not found.")
        if self._world.faults.take(VENDOR, "check-error"):
            return trouble("server-error", 0)
        if request.method == "DELETE":
            self._world.book.change(job, deleted=True)
            return ok({"id": job.id, "object": "response.deleted", "deleted": True})
        return ok(await _response(self._world, job))

    async def cancel(self, request: Request) -> Response:
        refused = unauthorized(request)
        job = self._world.book.find(VENDOR, request.path_params["id"])
        if refused is not None or job is None:
            return refused or error(404, f"Response with id '{request.path_params['id']}' not found.")
        if not job.facts["background"]:
            return error(400, "Only responses created with background=true can be cancelled.")
        return ok(await _response(self._world, self._world.cancel(job, forgives=True)))


def _wrong(body: dict[str, Any], tool: dict[str, Any] | None) -> Response | None:
    if body.get("model") not in MODELS:
        return no_such_model(str(body.get("model")))
    if tool is None:
        return error(400, "This sandbox paints: give the tool image_generation.", code="invalid_value", param="tools")
    if tool.get("model", "gpt-image-2.6-sunburst") not in MODELS:
        return no_such_model(str(tool["model"]))
    if body.get("background") and body.get("store") is False:
        return error(400, "Background responses must be stored.", code="invalid_value", param="store")
    if not body.get("input"):
        return error(400, "Missing required parameter: 'input'.", code="missing_required_parameter", param="input")
    return None


def _take(world: World, body: dict[str, Any], tool: dict[str, Any], client_id: str | None) -> Job:
    prompt, pictures = _asked(body["input"])
    size = str(tool.get("size") or "auto")
    facts = {
        "size": "1024x1024" if size == "auto" else size,
        "quality": "high" if tool.get("quality", "auto") == "auto" else tool["quality"],
        "format": tool.get("output_format") or "png",
        "prompt": prompt,
        "words": body["model"],
        "background": bool(body.get("background")),
        "metadata": body.get("metadata") or {},
        "tool": {name: value for name, value in tool.items() if name != "input_image_mask"},
    }
    model = str(tool.get("model") or "gpt-image-2.6-sunburst")
    usage = picture_usage(model, facts["size"], facts["quality"], prompt=prompt, inputs=pictures)
    words = {"input_tokens": 500 + len(prompt) // 4, "output_tokens": 60 + len(prompt) // 4}
    cost = picture_cost(model, usage)
    cost += (WORDS_IN * words["input_tokens"] + WORDS_OUT * words["output_tokens"]) / MILLION
    return world.take(
        VENDOR,
        model,
        seconds=SECONDS,
        cost_usd=cost,
        job_id=f"resp_{secrets.token_hex(24)}",
        reference=facts["metadata"].get("order") or client_id,
        facts={**facts, "usage": usage, "words_usage": words},
    )


def _asked(given: Any) -> tuple[str, int]:
    """The words and how many pictures, of an input that is a text or messages."""
    if isinstance(given, str):
        return given, 0
    parts = [part for message in given for part in _parts(message.get("content"))]
    words = " ".join(str(part.get("text")) for part in parts if part.get("type") == "input_text")
    return words, sum(part.get("type") == "input_image" for part in parts)


def _parts(content: Any) -> list[dict[str, Any]]:
    return [{"type": "input_text", "text": content}] if isinstance(content, str) else list(content or [])


async def _response(world: World, job: Job) -> dict[str, Any]:
    status = _status(job)
    is_done = status == "completed"
    blocked = job.is_over and job.outcome == "refused-content"
    return {
        "id": job.id,
        "object": "response",
        "created_at": int(job.made_at),
        "status": status,
        "background": job.facts["background"],
        "error": _error(job) if status == "failed" else None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": job.facts["metadata"],
        "model": job.facts["words"],
        "output": [await _call(world, job, is_blocked=blocked)] if is_done or blocked else [],
        "parallel_tool_calls": True,
        "tool_choice": {"type": "image_generation"},
        "tools": [job.facts["tool"]],
        "usage": _words_usage(job) if is_done else None,
        "tool_usage": {"image_gen": job.facts["usage"], "web_search": {"num_requests": 0}} if is_done else None,
    }


def _status(job: Job) -> str:
    if not job.is_over:
        return "queued" if job.progress < 0.1 else "in_progress"
    match job.outcome:
        case "succeeded":
            return "completed"
        case "cancelled" | "vendor-cancelled":
            return "cancelled"
        case _:
            return "failed"


def _error(job: Job) -> dict[str, Any]:
    if job.outcome == "refused-content":
        return {"code": "image_content_policy_violation", "message": _BLOCKED["message"]}
    return {"code": "server_error", "message": "The model crashed."}


async def _call(world: World, job: Job, *, is_blocked: bool) -> dict[str, Any]:
    facts = job.facts
    call = {"id": f"ig_{job.id[5:]}", "type": "image_generation_call", "action": "generate"}
    if is_blocked:
        return {**call, "status": "failed", "result": None, "error": _BLOCKED}
    width, height = (int(edge) for edge in facts["size"].split("x"))
    picture = await world.stock.picture(width, height, f"image/{facts['format']}", job.reference)
    noted = {
        "output_format": facts["format"],
        "quality": facts["quality"],
        "size": facts["size"],
        "background": "opaque",
    }
    result = base64.b64encode(picture).decode()
    return {**call, **noted, "status": "completed", "revised_prompt": facts["prompt"], "result": result}


def _words_usage(job: Job) -> dict[str, Any]:
    words = job.facts["words_usage"]
    return {
        **words,
        "total_tokens": words["input_tokens"] + words["output_tokens"],
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }


def _is_old(job: Job) -> bool:
    return time.time() > job.made_at + KEPT_SECONDS  # noqa: TID251 - the vendor's own clock


def _tell(world: World, job: Job) -> None:
    """Calls every endpoint that wants to know what the job came to."""
    kind = EVENTS[job.outcome]
    body = {"object": "event", "id": f"evt_{secrets.token_hex(16)}", "type": kind, "created_at": int(job.made_at)}
    sent = json.dumps({**body, "data": {"id": job.id}}).encode()
    for hook in world.book.recent(HOOKS, 0):
        if not hook.facts.get("deleted") and kind in hook.facts["event_types"]:
            sign = _signer(str(body["id"]), hook.facts["signing_secret"])
            world.webhooks.send(VENDOR, hook.facts["url"], sent, sign, in_seconds=job.seconds)


def _signer(event_id: str, secret: str) -> Signer:
    """Standard Webhooks: id, time and body, signed with the decoded secret."""

    def sign(body: bytes) -> Mapping[str, str]:
        sent_at = str(int(time.time()))  # noqa: TID251 - the vendor's own clock
        signed = f"{event_id}.{sent_at}.".encode() + body
        digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
        signature = f"v1,{base64.b64encode(digest).decode()}"
        return {"webhook-id": event_id, "webhook-timestamp": sent_at, "webhook-signature": signature}

    return sign


class _Hooks:
    """Endpoints of the project; their secrets are shown once."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def all(self, request: Request) -> Response:
        refused = unauthorized(request)
        if refused is not None:
            return refused
        if request.method == "POST":
            return ok(await self._made(request))
        there = [hook for hook in self._world.book.recent(HOOKS, 0) if not hook.facts.get("deleted")]
        return ok({"object": "list", "data": [_endpoint(hook) for hook in there], "has_more": False})

    async def _made(self, request: Request) -> dict[str, Any]:
        body = await request.json()
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
        own = f"we_{secrets.token_hex(12)}"
        facts = {"name": body["name"], "url": body["url"], "event_types": body["event_types"], "signing_secret": secret}
        hook = Job(HOOKS, own, "webhook", own, time.time(), 0, facts=facts)  # noqa: TID251
        self._world.book.keep(hook)
        return {**_endpoint(hook), "signing_secret": secret}

    async def one(self, request: Request) -> Response:
        refused = unauthorized(request)
        hook = self._world.book.find(HOOKS, request.path_params["id"])
        if refused is not None or hook is None or hook.facts.get("deleted"):
            return refused or error(404, "No such webhook endpoint.")
        if request.method == "DELETE":
            self._world.book.change(hook, deleted=True)
            return ok({"id": hook.id, "object": "webhook_endpoint.deleted", "deleted": True})
        if request.method == "POST":
            changes = await request.json()
            hook = self._world.book.change(
                hook, **{name: changes[name] for name in ("name", "url", "event_types") if name in changes}
            )
        return ok(_endpoint(hook))


def _endpoint(hook: Job) -> dict[str, Any]:
    facts = {name: hook.facts[name] for name in ("name", "url", "event_types")}
    return {"id": hook.id, "object": "webhook_endpoint", "created_at": int(hook.made_at), **facts}
