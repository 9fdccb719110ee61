"""What simulated Google knows of its models, what it bills for them, and how it words its errors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from photoplay.sandbox.world import Trouble

VENDOR: Final = "google"
PATH: Final = "/google"
Kind = Literal["image", "video", "song", "speech"]
TEN: Final = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
FOURTEEN: Final = (*TEN, "1:4", "4:1", "1:8", "8:1")
LINES: Final = {
    "360p": (640, 360, 1931),
    "720p": (1280, 720, 5792),
    "1080p": (1920, 1080, 8688),
    "4k": (3840, 2160, 17376),
}
"""Width and height of a film, and tokens of each of its seconds."""
TOKENS_OF_SPEECH: Final = 25
CHARACTERS_A_SECOND: Final = 15


@dataclass(frozen=True)
class Model:
    """A model on offer. Rates in dollars per million tokens; `song_usd` where a result has one price."""

    kind: Kind
    input: str = "0"
    text_out: str = "0"
    out: str = "0"
    sizes: Mapping[str, int] | None = None
    """Tokens of a picture by its size; None: one size, which cannot be named."""
    aspects: tuple[str, ...] = TEN
    references: int = 14
    longest_seconds: float = 0
    extended_seconds: float = 0
    """How long a film may become that is continued."""
    song_usd: str = "0"


_SIZES: Final = {"1K": 1120, "2K": 1680, "4K": 2520}
MODELS: Final = {
    "gemini-nano-banana-2.1": Model("image", "1.50", "7.50", "30", _SIZES, FOURTEEN),
    "gemini-3-pro-image": Model("image", "2", "12", "120", {"1K": 1120, "2K": 1120, "4K": 2000}),
    "gemini-3.1-flash-image": Model("image", "0.50", "3", "60", {"512": 747, **_SIZES}, FOURTEEN),
    "gemini-3.1-flash-lite-image": Model("image", "0.25", "1.50", "30"),
    "gemini-2.5-flash-image": Model("image", "0.30", "2.50", "30", references=3),
    "gemini-omni-1.2-flash": Model("video", "1.50", "9", "12.25", longest_seconds=15, extended_seconds=30),
    "gemini-omni-1.1-flash": Model("video", "1.50", "9", "17.50", longest_seconds=10, extended_seconds=40),
    "lyria-3.5": Model("song", song_usd="0.08"),
    "lyria-3-pro-preview": Model("song", song_usd="0.08"),
    "lyria-3-clip-preview": Model("song", song_usd="0.04"),
    "gemini-3.8-flash-tts": Model("speech", "0.50", "9", "9"),
    "gemini-3.8-flash-lite-tts": Model("speech", "0.50", "6", "6"),
}
"""ai.google.dev/gemini-api/docs/pricing, read 2026-11-21."""
GONE: Final = frozenset(
    {
        *(f"imagen-4.0-{name}generate-001" for name in ("", "fast-", "ultra-")),
        *(f"veo-3.1-{name}generate-preview" for name in ("", "fast-", "lite-")),
        "veo-2.0-generate-001",
        "veo-3.0-generate-001",
        "veo-3.0-fast-generate-001",
        "gemini-omni-flash-preview",
    }
)


def tokens_of(text: str) -> int:
    """Tokens of words: four characters each."""
    return max(1, math.ceil(len(text) / 4))


def cost_of(model: Model, *, read: int, thought: int, made: int) -> Decimal:
    """Dollars for so many tokens."""
    rates = ((model.input, read), (model.text_out, thought), (model.out, made))
    return sum((Decimal(rate) * tokens for rate, tokens in rates), Decimal(0)) / 1_000_000


def picture_size(aspect: str, size: str) -> tuple[int, int]:
    """Pixels of a picture: 1K, 2K and 4K name its longer edge here."""
    longer = {"512": 512, "1K": 1024, "2K": 2048, "4K": 4096}[size]
    across, down = (int(part) for part in aspect.split(":"))
    return round(longer * across / max(across, down)), round(longer * down / max(across, down))


def refused(status: int, word: str, message: str, *details: Mapping[str, Any]) -> JSONResponse:
    """An error as `generateContent`, files and models word it."""
    error: dict[str, Any] = {"code": status, "message": message, "status": word}
    return JSONResponse({"error": {**error, "details": list(details)} if details else error}, status)


def refused_interaction(status: int, word: str, message: str) -> JSONResponse:
    """An error as interactions word it."""
    return JSONResponse({"error": {"code": word, "message": message}}, status)


def no_key(request: Request) -> Response | None:
    """What is answered to a call without a good key."""
    key = request.headers.get("x-goog-api-key") or request.query_params.get("key")
    if not key:
        message = "Method doesn't allow unregistered callers (callers without established identity)."
        return refused(403, "PERMISSION_DENIED", message)
    return bad_key() if key.startswith("bad") else None


def bad_key() -> JSONResponse:
    """Google answers 400 to a wrong key."""
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }
    return refused(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", info)


def not_found(model: str) -> str:
    """What Google says of a model that it does not have, or not any more."""
    if model in GONE:
        return f"models/{model} is no longer available. Please use a newer model."
    return f"models/{model} is not found for API version v1, or is not supported for this method."


def trouble(kind: Trouble, seconds: float) -> Response:
    """Troubles of `generateContent`, files and models."""
    match kind:
        case "throttled":
            retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{seconds:g}s"}
            return refused(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", retry)
        case "no-credit":
            return refused(402, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.")
        case "bad-key":
            return bad_key()
        case "server-error":
            return refused(500, "INTERNAL", "An internal error has occurred. Please retry.")


def interaction_trouble(kind: Trouble, seconds: float) -> Response:
    """Troubles of interactions."""
    match kind:
        case "throttled":
            return refused_interaction(429, "resource_exhausted", "You exceeded your current quota.")
        case "no-credit":
            return refused_interaction(402, "resource_exhausted", "Your prepayment credits are depleted.")
        case "bad-key":
            return bad_key()
        case "server-error":
            return refused_interaction(500, "internal", "An internal error has occurred. Please retry.")
