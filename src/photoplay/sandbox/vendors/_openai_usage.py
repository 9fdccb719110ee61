"""What OpenAI's simulator counts and bills: tokens by model, size and quality, and the refusals in the vendor's words."""

import secrets
import struct
from decimal import Decimal
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from photoplay.sandbox.world import Trouble

VENDOR: Final = "openai"
MODELS: Final[dict[str, str | None]] = {
    "gpt-image-2.6-flare": None,
    "gpt-image-2.6-sunburst": None,
    "gpt-image-2.5-flare": None,
    "gpt-image-2.5-sunburst": None,
    "gpt-image-2.5-flare-2026-09-08": None,
    "gpt-image-2.5-sunburst-2026-09-08": None,
    "gpt-image-2": None,
    "gpt-image-2-2026-04-21": None,
    "gpt-image-1.5": "2026-12-01",
    "chatgpt-image-latest": "2026-12-01",
    "gpt-image-1-mini": "2026-12-01",
    "tts-1": "2027-01-06",
    "tts-1-hd": "2027-01-06",
    "gpt-4o-mini-tts": "2027-01-06",
    "gpt-5.6-luna": None,
}
"""With the day they end: platform.openai.com, deprecations, read 2026-11-21."""
TOKENS: Final[dict[str, dict[str, tuple[int, int, int]]]] = {
    "gpt-image-2.6": {
        "low": (664, 664, 1640),
        "medium": (1000, 1000, 2470),
        "high": (1353, 1353, 3337),
        "xhigh": (3000, 3000, 7400),
        "max": (4000, 4000, 9800),
    },
    "gpt-image-2.5": {
        "low": (190, 190, 470),
        "medium": (1000, 1000, 2470),
        "high": (1353, 1353, 3337),
        "xhigh": (3000, 3000, 7400),
        "max": (4000, 4000, 9800),
    },
    "gpt-image-2": {"low": (200, 165, 400), "medium": (1760, 1372, 3100), "high": (7024, 5488, 12329)},
    "gpt-image-1-mini": {"low": (625, 750, 750), "medium": (1375, 1875, 1875), "high": (4500, 6500, 6500)},
    "gpt-image-1.5": {"low": (281, 406, 406), "medium": (1063, 1563, 1563), "high": (4156, 6250, 6250)},
}
"""Tokens of a square, of another shape of about that size, and of one above four megapixels: its examples and calculator."""
RATES: Final = {"gpt-image-1-mini": ("2", "2.5", "8"), "gpt-image-1.5": ("5", "8", "32")}
"""Dollars for a million tokens of text in, picture in and picture out; the others cost 5, 8 and 30."""
PARTIAL_TOKENS: Final = 100
INPUT_TOKENS: Final = 1000
MILLION: Final = Decimal(1_000_000)


def family_of(model: str) -> str:
    """The row of `TOKENS` for a model."""
    return next((name for name in TOKENS if model.startswith(name)), "gpt-image-1.5")


def picture_usage(
    model: str, size: str, quality: str, *, prompt: str, inputs: int = 0, partials: int = 0
) -> dict[str, Any]:
    """The `usage` of one picture."""
    width, height = (int(edge) for edge in size.split("x"))
    square, other, large = TOKENS[family_of(model)][quality]
    out = large if width * height > 4_000_000 else square if width == height else other
    out += PARTIAL_TOKENS * partials
    text, pictures = len(prompt) // 4 + 1, INPUT_TOKENS * inputs
    return {
        "input_tokens": text + pictures,
        "output_tokens": out,
        "total_tokens": text + pictures + out,
        "input_tokens_details": {"text_tokens": text, "image_tokens": pictures},
        "output_tokens_details": {"text_tokens": 0, "image_tokens": out},
    }


def picture_cost(model: str, usage: dict[str, Any]) -> Decimal:
    """The bill of such a usage, in dollars."""
    text, picture, out = (Decimal(rate) for rate in RATES.get(family_of(model), ("5", "8", "30")))
    given = usage["input_tokens_details"]
    tokens = text * given["text_tokens"] + picture * given["image_tokens"] + out * usage["output_tokens"]
    return Decimal(tokens / MILLION)


def ok(body: Any) -> JSONResponse:
    """An answer with the headers that every answer has."""
    headers = {"x-request-id": f"req_{secrets.token_hex(16)}", "openai-processing-ms": "12"}
    return JSONResponse(
        body, headers=headers | {"x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "499"}
    )


def error(
    status: int, message: str, *, kind: str = "invalid_request_error", code: str | None = None, param: str | None = None
) -> JSONResponse:
    """The one envelope of all errors."""
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return JSONResponse(body, status, {"x-request-id": f"req_{secrets.token_hex(16)}"})


def blocked() -> JSONResponse:
    """What the filter stops."""
    message = "Your request was rejected by the safety system. safety_violations=[violence]."
    return error(400, message, kind="image_generation_user_error", code="moderation_blocked")


def no_such_model(model: str) -> JSONResponse:
    """A model that is unknown or has ended."""
    return error(404, f"The model '{model}' does not exist or you do not have access to it.", code="model_not_found")


def unauthorized(request: Request) -> Response | None:
    """Refuses a call without a key, or with one that is plainly wrong."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        return error(401, "You didn't provide an API key. You need to provide your API key in an Authorization header.")
    if key == "sk-wrong":
        return error(401, "Incorrect API key provided: sk-wrong.", code="invalid_api_key")
    return None


def trouble(kind: Trouble, seconds: float) -> Response:
    """How it words a trouble."""
    match kind:
        case "throttled":
            answer = error(
                429, "Rate limit reached for images per minute.", kind="requests", code="rate_limit_exceeded"
            )
            answer.headers["retry-after"] = f"{max(1, round(seconds))}"
            answer.headers["retry-after-ms"] = f"{round(seconds * 1000)}"
            return answer
        case "no-credit":
            return error(429, "You have no credit left.", kind="insufficient_quota", code="credit_balance_exhausted")
        case "bad-key":
            return error(401, "Incorrect API key provided.", code="invalid_api_key")
        case "server-error":
            return error(500, "The server had an error while processing your request.", kind="server_error")


def has_alpha(png: bytes) -> bool:
    """Whether a picture is a PNG with an alpha channel."""
    return png[:8] == b"\x89PNG\r\n\x1a\n" and len(png) > 26 and png[25] in (4, 6)


def png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG; None for another file."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height
