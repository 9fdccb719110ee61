"""ElevenLabs as it speaks: the answer is the sound. Speech is kept in a history; so many requests may run at once."""

import base64
import math
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.deliveries import bytes_of
from photoplay.sandbox.vendors._elevenlabs_rules import (
    CREDITS_A_CHARACTER,
    LABELS,
    MIMES,
    MUSIC,
    SOUNDS,
    VOICES,
    error,
    subscription,
    trouble,
    wrong,
    wrong_shape,
)
from photoplay.sandbox.world import World

VENDOR: Final = "elevenlabs"
PATH: Final = "/elevenlabs"
AT_ONCE: Final = 5
CHARACTERS_A_SECOND: Final = 15
CREDIT_USD: Final = Decimal("0.00008")


def routes(world: World) -> list[BaseRoute]:
    """Its API."""
    eleven = _ElevenLabs(world)
    speech = "/v1/text-to-speech/{voice}"
    return [
        Route(speech, eleven.speech, methods=["POST"]),
        Route(f"{speech}/stream", eleven.speech, methods=["POST"]),
        Route(f"{speech}/with-timestamps", eleven.timed_speech, methods=["POST"]),
        Route("/v1/sound-generation", eleven.sound, methods=["POST"]),
        Route("/v1/music", eleven.music, methods=["POST"]),
        Route("/v1/music/stream", eleven.music, methods=["POST"]),
        Route("/v1/music/detailed", eleven.detailed_music, methods=["POST"]),
        Route("/v1/music/plan", eleven.plan, methods=["POST"]),
        Route("/v1/history", eleven.history),
        Route("/v1/history/{item}", eleven.item, methods=["GET", "DELETE"]),
        Route("/v1/history/{item}/audio", eleven.item_audio),
        Route("/v1/models", eleven.models),
        Route("/v2/voices", eleven.voices),
        Route("/v1/voices/{voice}", eleven.voice),
        Route("/samples/{voice}.mp3", eleven.sample),
        Route("/v1/user/subscription", eleven.subscription),
    ]


class _ElevenLabs:
    def __init__(self, world: World) -> None:
        self._world = world
        self._running = 0

    async def speech(self, request: Request) -> Response:
        return await self._make(request, "speech")

    async def sound(self, request: Request) -> Response:
        return await self._make(request, "sound")

    async def music(self, request: Request) -> Response:
        return await self._make(request, "music")

    async def timed_speech(self, request: Request) -> Response:
        answer = await self._make(request, "speech")
        if answer.status_code != 200:
            return answer
        text = (await request.json())["text"]
        starts = [round(number / CHARACTERS_A_SECOND, 3) for number in range(len(text) + 1)]
        times = {
            "characters": list(text),
            "character_start_times_seconds": starts[:-1],
            "character_end_times_seconds": starts[1:],
        }
        sound = base64.b64encode(bytes(answer.body)).decode()
        return JSONResponse({"audio_base64": sound, "alignment": times, "normalized_alignment": times})

    async def detailed_music(self, request: Request) -> Response:
        answer = await self._make(request, "music")
        if answer.status_code != 200:
            return answer
        metadata = {"title": "Song", "description": "", "genres": [], "languages": [], "is_explicit": False}
        told = orjson.dumps({"composition_plan": _plan(await request.json()), "song_metadata": metadata})
        name = b'Content-Disposition: attachment; filename="song.mp3"\r\n'
        parts = [
            b"--song\r\nContent-Type: application/json\r\n\r\n" + told,
            b"--song\r\nContent-Type: audio/mpeg\r\n" + name + b"\r\n" + bytes(answer.body),
            b"--song--\r\n",
        ]
        headers = {"song-id": answer.headers["request-id"]}
        return Response(b"\r\n".join(parts), 200, headers, media_type="multipart/mixed; boundary=song")

    async def plan(self, request: Request) -> Response:
        refused = _refused(request)
        return refused or JSONResponse(_plan(await request.json()))

    async def _make(self, request: Request, kind: str) -> Response:
        refused = _refused(request) or await self._world.gate(VENDOR, trouble)
        if refused is not None:
            return refused
        body = await request.json()
        form = request.query_params.get("output_format", "mp3_44100_128").replace("auto", "mp3_44100_128")
        voice = request.path_params.get("voice")
        missing = wrong_shape(kind, body) or wrong(kind, body, form, voice)
        if missing is not None:
            return missing
        with self._counted() as running:
            if running > AT_ONCE:
                return error(429, "concurrent_limit_exceeded", f"Only {AT_ONCE} requests may run at once.")
            job = _take(self._world, kind, body, form=form, voice=voice)
            await self._world.work({"speech": 0.8, "sound": 3.0, "music": 10.0}[kind])
            ended = _bad_end(job)
            answer = ended or await self._sound(job, running)
        return await self._world.answer(VENDOR, answer, trouble)

    async def _sound(self, job: Job, running: int) -> Response:
        headers = {
            "request-id": job.id,
            "character-cost": str(job.facts["credits"]),
            "current-concurrent-requests": str(running),
            "maximum-concurrent-requests": str(AT_ONCE),
        }
        return Response(await bytes_of(self._world, job), 200, headers, media_type=job.facts["mime"])

    @contextmanager
    def _counted(self) -> Iterator[int]:
        self._running += 1
        try:
            yield self._running
        finally:
            self._running -= 1

    async def history(self, request: Request) -> Response:
        refused = _refused(request)
        if refused is not None:
            return refused
        if self._world.faults.take(VENDOR, "check-error"):
            return trouble("server-error", 0)
        query = request.query_params
        most = int(query.get("page_size", 100))
        spoken = [job for job in self._spoken(float(query.get("date_after_unix", 0))) if _is_asked_for(job, query)]
        answer = {
            "history": [_item(job) for job in spoken[:most]],
            "last_history_item_id": spoken[most - 1].id if len(spoken) > most else None,
            "has_more": len(spoken) > most,
        }
        return JSONResponse(answer)

    def _spoken(self, since: float) -> list[Job]:
        jobs = self._world.book.recent(VENDOR, since, most=1000)
        return [job for job in jobs if job.facts["kind"] == "speech" and job.outcome == "succeeded"]

    async def item(self, request: Request) -> Response:
        job = self._world.book.find(VENDOR, request.path_params["item"])
        if _refused(request) or job is None or job.outcome != "succeeded":
            return _refused(request) or error(404, "history_item_not_found", "There is no such item.")
        if request.method == "DELETE":
            self._world.book.change(job, outcome="cancelled")
            return JSONResponse({"status": "ok"})
        return JSONResponse(_item(job))

    async def item_audio(self, request: Request) -> Response:
        job = self._world.book.find(VENDOR, request.path_params["item"])
        if _refused(request) or job is None or job.outcome != "succeeded":
            return _refused(request) or error(404, "history_item_not_found", "There is no such item.")
        return Response(await bytes_of(self._world, job), media_type=job.facts["mime"])

    async def models(self, request: Request) -> Response:
        models = [
            {
                "model_id": name,
                "name": name,
                "can_do_text_to_speech": True,
                "maximum_text_length_per_request": 10_000,
                "model_rates": {"character_cost_multiplier": float(rate)},
                "languages": [{"language_id": "en", "name": "English"}],
            }
            for name, rate in CREDITS_A_CHARACTER.items()
        ]
        return _refused(request) or JSONResponse(models)

    async def voices(self, request: Request) -> Response:
        if self._world.faults.take(VENDOR, "check-error"):
            return trouble("server-error", 0)
        voices = [self._shown(voice) for voice in VOICES]
        answer = {"voices": voices, "has_more": False, "total_count": len(voices), "next_page_token": None}
        return _refused(request) or JSONResponse(answer)

    async def voice(self, request: Request) -> Response:
        voice = request.path_params["voice"]
        if voice not in VOICES:
            return error(404, "voice_not_found", "A voice with this id does not exist.")
        return _refused(request) or JSONResponse(self._shown(voice))

    async def sample(self, request: Request) -> Response:
        """What `preview_url` leads to; it needs no key."""
        voice = request.path_params["voice"]
        if voice not in VOICES:
            return error(404, "voice_not_found", "A voice with this id does not exist.")
        return Response(await self._world.stock.sound(2, "audio/mpeg", voice), media_type="audio/mpeg")

    def _shown(self, voice: str) -> dict[str, Any]:
        name = VOICES[voice]
        sample = f"{self._world.url}{PATH}/samples/{voice}.mp3"
        return {"voice_id": voice, "name": name, "category": "premade", "labels": LABELS[name], "preview_url": sample}

    async def subscription(self, request: Request) -> Response:
        used = sum(job.facts["credits"] for job in self._world.book.recent(VENDOR, 0, most=1000))
        return _refused(request) or JSONResponse(subscription(used))


def _take(world: World, kind: str, body: Mapping[str, Any], *, form: str, voice: str | None) -> Job:
    if kind == "speech":
        model = str(body.get("model_id") or "eleven_multilingual_v2")
        seconds = max(0.5, len(body["text"]) / CHARACTERS_A_SECOND)
        credits = math.ceil(len(body["text"]) * CREDITS_A_CHARACTER[model])
    elif kind == "music":
        model = str(body.get("model_id") or MUSIC[0])
        seconds = int(body.get("music_length_ms") or 15_000) / 1000
        credits = math.ceil(seconds / 60 * 3750)
    else:
        model, seconds, credits = str(body.get("model_id") or SOUNDS[0]), float(body.get("duration_seconds") or 4), 1500
    text = body.get("text") or body.get("prompt") or ""
    facts = {
        "kind": kind,
        "mime": MIMES[form],
        "seconds": seconds,
        "credits": credits,
        "text": text,
        "voice": voice,
        "form": form,
    }
    return world.take(
        VENDOR, model, seconds=0, cost_usd=credits * CREDIT_USD, job_id=secrets.token_urlsafe(15), facts=facts
    )


def _bad_end(job: Job) -> Response | None:
    match job.outcome:
        case "succeeded":
            return None
        case "refused-content":
            message = "The prompt seems to ask for something that is protected."
            return error(400, "bad_prompt", message, data={"prompt_suggestion": "a calm melody"})
        case _:
            return trouble("server-error", 0)


def _is_asked_for(job: Job, query: Mapping[str, str]) -> bool:
    return query.get("voice_id") in (None, job.facts["voice"]) and query.get("search", "") in job.facts["text"]


def _item(job: Job) -> dict[str, Any]:
    return {
        "history_item_id": job.id,
        "request_id": job.id,
        "voice_id": job.facts["voice"],
        "voice_name": VOICES[job.facts["voice"]],
        "model_id": job.model,
        "text": job.facts["text"],
        "date_unix": int(job.made_at),
        "character_count_change_from": 0,
        "character_count_change_to": job.facts["credits"],
        "content_type": job.facts["mime"],
        "output_format": job.facts["form"],
        "state": "created",
        "source": "TTS",
    }


def _plan(body: Mapping[str, Any]) -> dict[str, Any]:
    length = int(body.get("music_length_ms") or 15_000)
    part = {
        "section_name": "Whole",
        "positive_local_styles": [],
        "negative_local_styles": [],
        "duration_ms": length,
        "lines": [],
    }
    return {"positive_global_styles": ["calm"], "negative_global_styles": [], "sections": [part]}


def _refused(request: Request) -> Response | None:
    if not request.headers.get("xi-api-key"):
        return error(401, "missing_api_key", "There is no API key in this request.")
    return None
