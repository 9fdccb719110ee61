"""OpenAI's Images API: pictures in the answer or by stream, edits by form or JSON; nothing is kept."""

import base64
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from photoplay.sandbox.book import Job
from photoplay.sandbox.vendors._openai_usage import (
    MODELS,
    VENDOR,
    blocked,
    error,
    family_of,
    has_alpha,
    no_such_model,
    ok,
    picture_cost,
    picture_usage,
    png_size,
    trouble,
    unauthorized,
)
from photoplay.sandbox.world import World

SECONDS: Final = 8.0
FIELDS: Final = {
    "prompt", "model", "n", "size", "quality", "complexity", "background", "output_format", "output_compression", "moderation",
    "stream", "partial_images", "user", "safety_identifier", "image", "image[]", "images", "mask", "markup", "input_fidelity",
}  # fmt: skip
QUALITIES: Final = {"auto", "low", "medium", "high"}
NUMBERS: Final = ("n", "output_compression", "partial_images")
LEAST_PIXELS, MOST_PIXELS, LONGEST = 655_360, 8_294_400, 3840
_SIZE = re.compile(r"(\d{2,5})x(\d{2,5})")


@dataclass(frozen=True)
class Wanted:
    """What a request asks for, checked."""

    model: str
    prompt: str
    size: str
    quality: str
    format: str
    count: int
    background: str
    partials: int | None
    """None: no stream."""
    inputs: int

    @property
    def edge(self) -> tuple[int, int]:
        """Width and height."""
        width, height = self.size.split("x")
        return int(width), int(height)

    def usage(self) -> dict[str, Any]:
        """Its tokens."""
        one = picture_usage(
            self.model, self.size, self.quality, prompt=self.prompt, inputs=self.inputs, partials=self.partials or 0
        )
        return _times(one, self.count)


class Images:
    """The two doors."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def generate(self, request: Request) -> Response:
        """A picture from words."""
        return await self._make(request, is_edit=False)

    async def edit(self, request: Request) -> Response:
        """A picture from pictures and words."""
        return await self._make(request, is_edit=True)

    async def _make(self, request: Request, *, is_edit: bool) -> Response:
        refused = unauthorized(request) or await self._world.gate(VENDOR, trouble)
        if refused is not None:
            return refused
        body, files = await _body(request)
        wrong = await _wrong(body, files, is_edit=is_edit)
        if wrong is not None:
            return wrong
        wanted = _wanted(body, len(files.get("image", [])))
        usage = wanted.usage()
        job = self._world.take(
            VENDOR,
            wanted.model,
            seconds=SECONDS,
            cost_usd=picture_cost(wanted.model, usage),
            reference=request.headers.get("x-client-request-id"),
        )
        if wanted.partials is not None:
            return await self._stream(job, wanted, usage, "image_edit" if is_edit else "image_generation")
        await self._world.work(SECONDS)
        return await self._world.answer(VENDOR, _refusal(job) or await self._whole(job, wanted, usage), trouble)

    async def _whole(self, job: Job, wanted: Wanted, usage: dict[str, Any]) -> Response:
        data = [{"b64_json": await self._picture(job, wanted, f"-{number}")} for number in range(wanted.count)]
        return ok({"created": int(job.made_at), "data": data, "usage": usage, **_facts(wanted)})

    async def _stream(self, job: Job, wanted: Wanted, usage: dict[str, Any], kind: str) -> Response:
        answered = await self._world.answer(VENDOR, Response(), trouble)
        if type(answered) is not Response:
            return answered
        refused = _refusal(job)
        if refused is not None:
            return refused
        return StreamingResponse(self._events(job, wanted, usage, kind), media_type="text/event-stream")

    async def _events(self, job: Job, wanted: Wanted, usage: dict[str, Any], kind: str) -> AsyncIterator[bytes]:
        partials = wanted.partials or 0
        facts = {"created_at": int(job.made_at), **_facts(wanted)}
        for number in range(partials):
            await self._world.work(SECONDS / (partials + 1))
            picture = await self._picture(job, wanted, f"-partial-{number}")
            yield _event(f"{kind}.partial_image", {"b64_json": picture, "partial_image_index": number, **facts})
        await self._world.work(SECONDS / (partials + 1))
        yield _event(f"{kind}.completed", {"b64_json": await self._picture(job, wanted, ""), **facts, "usage": usage})

    async def _picture(self, job: Job, wanted: Wanted, suffix: str) -> str:
        width, height = wanted.edge
        picture = await self._world.stock.picture(width, height, f"image/{wanted.format}", job.reference + suffix)
        return base64.b64encode(picture).decode()


def _event(kind: str, body: dict[str, Any]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **body})}\n\n".encode()


def _refusal(job: Job) -> Response | None:
    match job.outcome:
        case "succeeded":
            return None
        case "refused-content":
            return blocked()
        case _:
            return error(500, "The server had an error while processing your request.", kind="server_error")


def _facts(wanted: Wanted) -> dict[str, str]:
    return {
        "background": "opaque" if wanted.background == "auto" else wanted.background,
        "output_format": wanted.format,
        "quality": wanted.quality,
        "size": wanted.size,
    }


async def _body(request: Request) -> tuple[dict[str, Any], dict[str, list[bytes]]]:
    """The fields, and the files by name (`image` also for `image[]`)."""
    if request.headers.get("content-type", "").startswith("application/json"):
        body = await request.json()
        pictures = [b""] * len(body.get("images") or [])
        return body, {"image": pictures} if pictures else {}
    async with request.form() as form:
        return await _form(form)


async def _form(form: FormData) -> tuple[dict[str, Any], dict[str, list[bytes]]]:
    body: dict[str, Any] = {}
    files: dict[str, list[bytes]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.setdefault(name.removesuffix("[]"), []).append(await value.read())
        else:
            body[name] = int(value) if name in NUMBERS and value.isdecimal() else value
    body["stream"] = body.get("stream") in ("true", True)
    return body, files


async def _wrong(body: dict[str, Any], files: dict[str, list[bytes]], *, is_edit: bool) -> Response | None:
    unknown = next((name for name in body if name not in FIELDS or (is_edit and name == "moderation")), None)
    if unknown is not None:
        return error(400, f"Unknown parameter: '{unknown}'.", code="unknown_parameter", param=unknown)
    if not body.get("prompt"):
        message = "Missing required parameter: 'prompt'."
        return error(400, message, code="missing_required_parameter", param="prompt")
    if is_edit and not files.get("image"):
        return error(400, "Missing required parameter: 'image'.", code="missing_required_parameter", param="image")
    model = str(body.get("model", "gpt-image-2.6-flare"))
    if model not in MODELS or "image" not in model:
        return no_such_model(model)
    return _wrong_value(body, model) or _wrong_mask(files)


def _wrong_value(body: dict[str, Any], model: str) -> Response | None:
    fine = model.startswith(("gpt-image-2.5", "gpt-image-2.6"))
    checks = {
        "quality": body.get("quality", "auto") in (QUALITIES | {"xhigh", "max"} if fine else QUALITIES),
        "complexity": "complexity" not in body or model.startswith("gpt-image-2.6"),
        "n": 1 <= int(body.get("n") or 1) <= 10,
        "size": _fits(str(body.get("size") or "auto"), model),
        "output_format": body.get("output_format", "png") in ("png", "jpeg", "webp"),
        "partial_images": 0 <= int(body.get("partial_images") or 0) <= 3,
        "background": body.get("background") != "transparent" or body.get("output_format", "png") != "jpeg",
    }
    wrong = next((name for name, fits in checks.items() if not fits), None)
    if wrong is None:
        return None
    return error(400, f"Invalid value: '{body.get(wrong)}'.", code="invalid_value", param=wrong)


def _wrong_mask(files: dict[str, list[bytes]]) -> Response | None:
    for mask in files.get("mask", []):
        if not has_alpha(mask):
            return error(
                400, "Invalid mask: it must be a PNG with an alpha channel.", code="invalid_image_format", param="mask"
            )
        source = png_size(files["image"][0])
        if source is not None and source != png_size(mask):
            return error(400, "Invalid mask: it must be as large as the image.", code="invalid_image", param="mask")
    return None


def _fits(size: str, model: str) -> bool:
    if size in ("auto", "1024x1024", "1536x1024", "1024x1536"):
        return True
    found = _SIZE.fullmatch(size)
    if found is None or family_of(model).startswith("gpt-image-1"):
        return False
    width, height = int(found[1]), int(found[2])
    is_shaped = max(width, height) <= min(LONGEST, 3 * min(width, height))
    return width % 16 == height % 16 == 0 and is_shaped and LEAST_PIXELS <= width * height <= MOST_PIXELS


def _wanted(body: dict[str, Any], inputs: int) -> Wanted:
    size, quality = str(body.get("size") or "auto"), str(body.get("quality") or "auto")
    return Wanted(
        model=str(body.get("model", "gpt-image-2.6-flare")),
        prompt=str(body["prompt"]),
        size="1024x1024" if size == "auto" else size,
        quality="high" if quality == "auto" else quality,
        format=str(body.get("output_format") or "png"),
        count=int(body.get("n") or 1),
        background=str(body.get("background") or "auto"),
        partials=int(body.get("partial_images") or 0) if body.get("stream") else None,
        inputs=inputs,
    )


def _times(usage: dict[str, Any], count: int) -> dict[str, Any]:
    return {name: _times(value, count) if isinstance(value, dict) else value * count for name, value in usage.items()}
