"""OpenAI as it speaks: pictures, speech, responses in the background with webhooks, and the list of models.

Its films ended on 2026-09-24: `/v1/videos` answers 404, and below `/revived/v1` they are as they were.
"""

import base64
import json
from decimal import Decimal
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.vendors._openai_images import Images
from photoplay.sandbox.vendors._openai_responses import response_routes
from photoplay.sandbox.vendors._openai_usage import (
    MILLION,
    MODELS,
    VENDOR,
    blocked,
    error,
    no_such_model,
    ok,
    trouble,
    unauthorized,
)
from photoplay.sandbox.vendors._openai_videos import video_routes
from photoplay.sandbox.world import World

PATH: Final = "/openai"
SPEECH_SECONDS: Final = 2.0
CHARACTERS_A_SECOND: Final = 15
TOKENS_A_SECOND: Final = 20.8
"""About $0.015 a minute, platform.openai.com, pricing, read 2026-11-21."""
SOUNDS: Final = {
    "mp3": "audio/mpeg",
    "opus": "audio/opus",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
VOICES: Final = {
    "alloy", "ash", "ballad", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer", "verse", "marin", "cedar",
}  # fmt: skip
PER_CHARACTER: Final = {"tts-1": Decimal("0.000015"), "tts-1-hd": Decimal("0.00003")}
_PIECE = 16_384


def routes(world: World) -> list[BaseRoute]:
    """Its API."""
    images, speech = Images(world), _Speech(world)
    return [
        Route("/v1/images/generations", images.generate, methods=["POST"]),
        Route("/v1/images/edits", images.edit, methods=["POST"]),
        Route("/v1/images/variations", _gone, methods=["POST"]),
        Route("/v1/audio/speech", speech.speak, methods=["POST"]),
        Route("/v1/models", _models),
        Route("/v1/models/{model}", _model),
        *response_routes(world),
        Route("/v1/videos{rest:path}", _gone, methods=["GET", "POST", "DELETE"]),
        *video_routes(world, "/revived/v1"),
    ]


async def _gone(request: Request) -> Response:
    return unauthorized(request) or error(404, f"Invalid URL ({request.method} {request.url.path})")


async def _models(request: Request) -> Response:
    return unauthorized(request) or ok({"object": "list", "data": [_entry(model) for model in MODELS]})


async def _model(request: Request) -> Response:
    model = request.path_params["model"]
    return unauthorized(request) or (ok(_entry(model)) if model in MODELS else no_such_model(model))


def _entry(model: str) -> dict[str, Any]:
    return {"id": model, "object": "model", "created": 1763700000, "owned_by": "system", "shutdown_date": MODELS[model]}


class _Speech:
    def __init__(self, world: World) -> None:
        self._world = world

    async def speak(self, request: Request) -> Response:
        world = self._world
        refused = unauthorized(request) or await world.gate(VENDOR, trouble)
        if refused is not None:
            return refused
        body = await request.json()
        wrong = _wrong(body)
        if wrong is not None:
            return wrong
        seconds = len(body["input"]) / CHARACTERS_A_SECOND / float(body.get("speed") or 1)
        usage = _usage(body, seconds)
        reference = request.headers.get("x-client-request-id")
        cost = _cost(body, usage)
        job = world.take(VENDOR, body["model"], seconds=SPEECH_SECONDS, cost_usd=cost, reference=reference)
        await world.work(SPEECH_SECONDS)
        if job.outcome != "succeeded":
            refusal = blocked() if job.outcome == "refused-content" else trouble("server-error", 0)
            return await world.answer(VENDOR, refusal, trouble)
        mime = SOUNDS[body.get("response_format") or "mp3"]
        sound = await world.stock.sound(world.seconds_of(job, seconds), mime, job.reference)
        if body.get("stream_format") == "sse":
            return await world.answer(VENDOR, Response(_events(sound, usage), media_type="text/event-stream"), trouble)
        return await world.answer(VENDOR, Response(sound, media_type=mime), trouble)


def _wrong(body: dict[str, Any]) -> Response | None:
    model, text = body.get("model"), body.get("input")
    if model not in MODELS or "tts" not in str(model):
        return no_such_model(str(model))
    if not text:
        return error(400, "Missing required parameter: 'input'.", code="missing_required_parameter", param="input")
    is_first = str(model).startswith("tts-1")
    voice = body.get("voice")
    checks = {
        "input": len(str(text)) <= 4096,
        "voice": isinstance(voice, dict)
        or (voice in VOICES and not (is_first and voice in ("ballad", "verse", "marin", "cedar"))),
        "response_format": (body.get("response_format") or "mp3") in SOUNDS,
        "speed": 0.25 <= float(body.get("speed") or 1) <= 4,
        "stream_format": not (is_first and body.get("stream_format") == "sse"),
        "instructions": not (is_first and body.get("instructions")),
    }
    wrong = next((name for name, fits in checks.items() if not fits), None)
    return None if wrong is None else error(400, f"Invalid value: '{wrong}'.", code="invalid_value", param=wrong)


def _usage(body: dict[str, Any], seconds: float) -> dict[str, int]:
    given = (len(body["input"]) + len(body.get("instructions") or "")) // 4 + 1
    made = round(seconds * TOKENS_A_SECOND) + 1
    return {"input_tokens": given, "output_tokens": made, "total_tokens": given + made}


def _cost(body: dict[str, Any], usage: dict[str, int]) -> Decimal:
    if body["model"] in PER_CHARACTER:
        return PER_CHARACTER[body["model"]] * len(body["input"])
    return (Decimal("0.6") * usage["input_tokens"] + Decimal(12) * usage["output_tokens"]) / MILLION


def _events(sound: bytes, usage: dict[str, int]) -> bytes:
    pieces = [sound[start : start + _PIECE] for start in range(0, len(sound), _PIECE)]
    deltas = [{"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()} for piece in pieces]
    events = [*deltas, {"type": "speech.audio.done", "usage": usage}]
    return b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events)
