"""Google's Gemini API as it speaks: pictures by generateContent, everything else as interactions, files for two days."""

import base64
from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.deliveries import bytes_of
from photoplay.sandbox.vendors._google_files import Files
from photoplay.sandbox.vendors._google_interactions import Interactions
from photoplay.sandbox.vendors._google_rules import (
    GONE,
    MODELS,
    PATH,
    VENDOR,
    Model,
    cost_of,
    no_key,
    not_found,
    picture_size,
    refused,
    tokens_of,
    trouble,
)
from photoplay.sandbox.world import World

__all__ = ["PATH", "VENDOR", "routes"]
PAINTING_SECONDS: Final = 15.0
TOKENS_OF_PICTURE: Final = 560
"""Tokens of a picture that is given."""
TOP: Final = {
    "contents",
    "generationConfig",
    "safetySettings",
    "systemInstruction",
    "tools",
    "toolConfig",
    "serviceTier",
}
CONFIG: Final = {
    "responseModalities", "imageConfig", "thinkingConfig", "temperature", "topP", "topK", "candidateCount", "seed",
    "maxOutputTokens", "stopSequences",
}  # fmt: skip
IMAGE: Final = {"aspectRatio", "imageSize", "personGeneration"}
BLOCKED_WORD: Final = "[blocked]"
"""A prompt with it is refused before anything is made, as `promptFeedback`."""


def routes(world: World) -> list[BaseRoute]:
    """Its API, at `/v1` and `/v1beta`."""
    files = Files(world)
    interactions = Interactions(world, files)
    google = _Google(world, files)
    found: list[BaseRoute] = [Route("/.well-known/jwks.json", interactions.keys)]
    for version in ("v1", "v1beta"):
        found += [
            Route(f"/{version}/models", google.models),
            Route(f"/{version}/models/{{call:path}}", google.model),
            Route(f"/{version}/models/{{call:path}}", google.call, methods=["POST"]),
            *files.routes(version),
            *interactions.routes(version),
        ]
    return found


class _Google:
    def __init__(self, world: World, files: Files) -> None:
        self._world = world
        self._files = files

    async def models(self, request: Request) -> Response:
        size = int(request.query_params.get("pageSize", 50))
        return no_key(request) or JSONResponse({"models": [_described(name) for name in list(MODELS)[:size]]})

    async def model(self, request: Request) -> Response:
        name = request.path_params["call"]
        if name not in MODELS:
            return no_key(request) or refused(404, "NOT_FOUND", not_found(name))
        return no_key(request) or JSONResponse(_described(name))

    async def call(self, request: Request) -> Response:
        name, _, method = request.path_params["call"].partition(":")
        if refusal := no_key(request):
            return refusal
        if name in GONE or method != "generateContent" or name not in MODELS or MODELS[name].kind != "image":
            return refused(404, "NOT_FOUND", not_found(name))
        if stopped := await self._world.gate(VENDOR, trouble):
            return stopped
        try:
            body = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            return refused(400, "INVALID_ARGUMENT", "Invalid JSON payload received.")
        wrong = _wrong(MODELS[name], body) or self._files.wrong(_given(body))
        if wrong:
            return refused(400, "INVALID_ARGUMENT", wrong)
        return await self._paint(name, body)

    async def _paint(self, name: str, body: Mapping[str, Any]) -> Response:
        world, model = self._world, MODELS[name]
        prompt = " ".join(part["text"] for part in _parts(body) if "text" in part)
        read = tokens_of(prompt) + TOKENS_OF_PICTURE * len(_given(body))
        image = body.get("generationConfig", {}).get("imageConfig", {})
        size = image.get("imageSize", "1K")
        made = (model.sizes or {}).get(size, 1290 if name == "gemini-2.5-flash-image" else 1120)
        facts = {"mime": "image/png", "size": picture_size(image.get("aspectRatio", "1:1"), size)}
        job = world.take(
            VENDOR,
            name,
            seconds=PAINTING_SECONDS,
            cost_usd=cost_of(model, read=0, thought=0, made=0),
            bills=(),
            facts=facts,
        )
        if BLOCKED_WORD in prompt:
            world.book.charge(job, cost_of(model, read=read, thought=0, made=0))
            return JSONResponse({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, **_use(job, read, 0, 0)})
        if job.outcome in ("failed", "vendor-cancelled"):
            return refused(500, "INTERNAL", "An internal error has occurred. Please retry.")
        if job.outcome == "refused-content":
            made, candidate = 0, {"finishReason": "IMAGE_SAFETY", "index": 0, "finishMessage": "Unsafe image"}
        else:
            candidate = await self._candidate(job)
        thought = 120 if made else 0
        world.book.charge(job, cost_of(model, read=read, thought=thought, made=made))
        await world.work(PAINTING_SECONDS)
        answer = {"candidates": [candidate], **_use(job, read, thought, made)}
        return await world.answer(VENDOR, JSONResponse(answer), trouble)

    async def _candidate(self, job: Job) -> dict[str, Any]:
        data = base64.b64encode(await bytes_of(self._world, job)).decode()
        parts = [
            {"text": "I think of the light first.", "thought": True},
            {"inlineData": {"mimeType": job.facts["mime"], "data": data}, "thoughtSignature": "c2lnbmF0dXJl"},
        ]
        return {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}


def _use(job: Job, read: int, thought: int, made: int) -> dict[str, Any]:
    usage = {
        "promptTokenCount": read,
        "candidatesTokenCount": made,
        "thoughtsTokenCount": thought,
        "totalTokenCount": read + thought + made,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": read}],
        "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": made}] if made else [],
    }
    return {"usageMetadata": usage, "modelVersion": job.model, "responseId": job.id}


def _described(name: str) -> dict[str, Any]:
    methods = ["generateContent"] if MODELS[name].kind == "image" else ["createInteraction"]
    return {"name": f"models/{name}", "displayName": name, "version": "1", "supportedGenerationMethods": methods}


def _parts(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [part for content in body.get("contents") or [] for part in content.get("parts", [])]


def _given(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files of a request; the SDK writes `inlineData` with `mime_type`, others with `mimeType`."""
    found = (part.get("inlineData") or part.get("inline_data") or part.get("fileData") for part in _parts(body))
    return [
        {name.replace("mimeType", "mime_type").replace("fileUri", "uri"): value for name, value in one.items()}
        for one in found
        if one
    ]


def _wrong(model: Model, body: Mapping[str, Any]) -> str:
    config = body.get("generationConfig") or {}
    image = config.get("imageConfig") or {}
    places = ((body, TOP, ""), (config, CONFIG, " at 'generation_config'"), (image, IMAGE, " at 'image_config'"))
    for given, known, place in places:
        if foreign := [name for name in given if name not in known]:
            return f'Invalid JSON payload received. Unknown name "{foreign[0]}"{place}: Cannot find field.'
    if not any(part.get("text") for part in _parts(body)):
        return "* GenerateContentRequest.contents: contents is not specified"
    if image.get("aspectRatio", "1:1") not in model.aspects:
        return f"Invalid aspect ratio. Supported: {', '.join(model.aspects)}."
    if "imageSize" in image and image["imageSize"] not in (model.sizes or {}):
        return f"Image size {image['imageSize']} is not supported by this model."
    if len(_given(body)) > model.references:
        return f"At most {model.references} images are supported."
    return ""
