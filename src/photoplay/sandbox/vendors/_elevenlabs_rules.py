"""What ElevenLabs' API takes, and how it words what it does not take."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from photoplay.sandbox.world import Trouble

CREDITS_A_CHARACTER: Final[Mapping[str, Decimal]] = {
    "eleven_v4": Decimal(1),
    "eleven_v4_turbo": Decimal("0.5"),
    "eleven_v3": Decimal(1),
    "eleven_multilingual_v2": Decimal(1),
    "eleven_flash_v2_5": Decimal("0.5"),
    "eleven_turbo_v2_5": Decimal("0.5"),
}
MUSIC: Final = ("music_v2", "music_v1", "music_v2_5")
SOUNDS: Final = ("eleven_text_to_sound_v2", "eleven_text_to_sound_v3")
VOICES: Final = {"JBFqnCBsd6RMkjVDRZzb": "George", "EXAVITQu4vr4xnSDxMaL": "Sarah", "21m00Tcm4TlvDq8ikWAM": "Rachel"}
LABELS: Final = {
    "George": {"accent": "british", "descriptive": "mature", "age": "middle_aged", "gender": "male"},
    "Sarah": {"accent": "american", "descriptive": "professional", "age": "young", "gender": "female"},
    "Rachel": {"accent": "american", "descriptive": "calm", "age": "young", "gender": "female"},
}
MIMES: Final = {
    "mp3_44100_128": "audio/mpeg",
    "mp3_44100_192": "audio/mpeg",
    "mp3_48000_192": "audio/mpeg",
    "mp3_22050_32": "audio/mpeg",
    "wav_44100": "audio/wav",
    "opus_48000_128": "audio/opus",
    "pcm_24000": "audio/pcm",
}
_FIELDS: Final = {
    "speech": {
        "text", "model_id", "language_code", "voice_settings", "seed", "previous_text", "next_text", "apply_text_normalization",
        "previous_request_ids", "next_request_ids", "pronunciation_dictionary_locators", "audio_effects",
    },
    "sound": {"text", "duration_seconds", "prompt_influence", "loop", "model_id"},
    "music": {
        "prompt", "composition_plan", "music_length_ms", "model_id", "force_instrumental", "seed", "respect_sections_durations",
        "store_for_inpainting", "sign_with_c2pa", "with_timestamps",
    },
}  # fmt: skip
_MODELS: Final[Mapping[str, tuple[str, ...]]] = {"speech": tuple(CREDITS_A_CHARACTER), "sound": SOUNDS, "music": MUSIC}


def wrong_shape(kind: str, body: Mapping[str, Any]) -> Response | None:
    """The answer to a body with fields that are missing or unknown; None: it is fine."""
    wanted = "prompt" if kind == "music" else "text"
    issues = [_issue(name, "extra fields not permitted") for name in body if name not in _FIELDS[kind]]
    if not body.get(wanted) and not body.get("composition_plan"):
        issues.append(_issue(wanted, "field required"))
    return JSONResponse({"detail": issues}, 422) if issues else None


def wrong(kind: str, body: Mapping[str, Any], form: str, voice: str | None) -> Response | None:
    """The answer to values that do not fit; None: they are fine."""
    if voice is not None and voice not in VOICES:
        return error(404, "voice_not_found", f"A voice with id {voice} does not exist.")
    if form not in MIMES:
        return error(400, "invalid_output_format", "This output format does not exist.")
    if body.get("model_id", _MODELS[kind][0]) not in _MODELS[kind]:
        return error(404, "model_not_found", "This model does not exist.")
    if len(body.get("text") or "") > 10_000:
        return error(400, "text_too_long", "The text is too long.", param="text")
    length = body.get("music_length_ms")
    if length is not None and not 3000 <= length <= 600_000:
        return error(400, "invalid_parameters", "music_length_ms must be between 3000 and 600000.")
    if not 0.5 <= (body.get("duration_seconds") or 1) <= 30:
        return error(400, "invalid_parameters", "duration_seconds must be between 0.5 and 30.")
    return None


def subscription(used: int) -> dict[str, Any]:
    """The account as it is told."""
    return {
        "tier": "creator",
        "character_count": used,
        "character_limit": 100_000,
        "next_character_count_reset_unix": 1_798_761_600,
        "can_extend_character_limit": True,
        "allowed_to_extend_character_limit": True,
        "voice_limit": 30,
        "voice_slots_used": 3,
        "professional_voice_limit": 1,
        "professional_voice_slots_used": 0,
        "can_extend_voice_limit": True,
        "can_use_instant_voice_cloning": True,
        "can_use_professional_voice_cloning": True,
        "status": "active",
        "open_invoices": [],
        "has_open_invoices": False,
    }


def trouble(kind: Trouble, seconds: float) -> Response:
    """How it words a trouble."""
    match kind:
        case "throttled":
            answer = error(429, "rate_limit_exceeded", "Too many requests.")
            answer.headers["Retry-After"] = f"{seconds:g}"
            return answer
        case "no-credit":
            return error(402, "insufficient_credits", "You have no credits left.")
        case "bad-key":
            return error(401, "invalid_api_key", "Invalid API key.")
        case "server-error":
            return error(500, "internal_error", "Something went wrong.")


def error(status: int, code: str, message: str, **more: Any) -> Response:
    """An error in its shape: one object `detail`."""
    detail = {"type": "error", "code": code, "status": code, "message": message, "request_id": "made-up", **more}
    return JSONResponse({"detail": detail}, status)


def _issue(name: str, message: str) -> dict[str, Any]:
    return {"loc": ["body", name], "msg": message, "type": "value_error"}
