"""What simulated Stability AI asks of every form: fields, ranges, sizes; and how it words what is wrong."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.responses import JSONResponse, Response

from photoplay.sandbox.sizes import size_of
from photoplay.sandbox.world import Trouble

VENDOR: Final = "stability"
PATH: Final = "/stability"
ASPECTS: Final = ("21:9", "16:9", "3:2", "5:4", "1:1", "4:5", "2:3", "9:16", "9:21")
STYLES: Final = (
    "enhance", "anime", "photographic", "digital-art", "comic-book", "fantasy-art", "line-art", "analog-film", "neon-punk",
    "isometric", "low-poly", "origami", "modeling-compound", "cinematic", "3d-model", "pixel-art", "tile-texture",
)  # fmt: skip
PICTURES: Final = ("png", "jpeg", "webp")
SOUNDS: Final = ("mp3", "wav")
DIFFUSION_CREDITS: Final = {"sd3.5-large": 6.5, "sd3.5-large-turbo": 4.0, "sd3.5-medium": 3.5, "sd3.5-flash": 2.5}
MOST_BYTES: Final = 10 * 1024 * 1024
Range = tuple[float, float]


@dataclass(frozen=True)
class Service:
    """One route. `needs` must be there; `numbers` have ranges, `words` lists of values, `texts` are free."""

    credits: float
    needs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    numbers: Mapping[str, Range] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    most_pixels: int = 9_437_184
    seconds: float = 6.0
    is_later: bool = False


_SEED: Final[Mapping[str, Range]] = {"seed": (0, 4294967294)}
_SHARE: Final[Range] = (0, 1)
_FORMAT: Final = {"output_format": PICTURES}
_LOOK: Final = {**_FORMAT, "style_preset": STYLES}
_TEXTS: Final = ("prompt", "negative_prompt")
_EDGES: Final = dict.fromkeys(("left", "right", "up", "down"), (0.0, 2000.0))
_CONTROL: Final = Service(
    5, ("image", "prompt"), ("image",), _TEXTS, {**_SEED, "control_strength": _SHARE}, _LOOK, seconds=7
)
_SEARCH: Final = {**_SEED, "grow_mask": (0.0, 20.0)}
_AUDIO: Final[Mapping[str, Range]] = {**_SEED, "steps": (4, 8), "cfg_scale": (1, 25)}

IMAGE_SERVICES: Final = {
    "generate/ultra": Service(
        8,
        ("prompt",),
        ("image",),
        _TEXTS,
        {**_SEED, "strength": _SHARE},
        {**_LOOK, "aspect_ratio": ASPECTS},
        seconds=10,
    ),
    "generate/core": Service(3, ("prompt",), (), _TEXTS, _SEED, {**_LOOK, "aspect_ratio": ASPECTS}, seconds=5),
    "generate/sd3": Service(
        6.5,
        ("prompt",),
        ("image",),
        _TEXTS,
        {**_SEED, "strength": _SHARE, "cfg_scale": (1, 10)},
        {
            **_LOOK,
            "aspect_ratio": ASPECTS,
            "mode": ("text-to-image", "image-to-image"),
            "model": (*DIFFUSION_CREDITS, "sd3-large", "sd3-large-turbo", "sd3-medium"),
        },
        seconds=8,
    ),
    "edit/erase": Service(5, ("image",), ("image", "mask"), (), _SEARCH, _FORMAT, seconds=7),
    "edit/inpaint": Service(
        5, ("image", "prompt"), ("image", "mask"), _TEXTS, {**_SEED, "grow_mask": (0, 100)}, _LOOK, seconds=8
    ),
    "edit/outpaint": Service(
        4, ("image",), ("image",), ("prompt",), {**_SEED, **_EDGES, "creativity": _SHARE}, _LOOK, seconds=9
    ),
    "edit/search-and-replace": Service(
        5, ("image", "prompt", "search_prompt"), ("image",), (*_TEXTS, "search_prompt"), _SEARCH, _LOOK, seconds=9
    ),
    "edit/search-and-recolor": Service(
        5, ("image", "prompt", "select_prompt"), ("image",), (*_TEXTS, "select_prompt"), _SEARCH, _LOOK, seconds=9
    ),
    "edit/remove-background": Service(5, ("image",), ("image",), words={"output_format": ("png", "webp")}, seconds=4),
    "edit/replace-background-and-relight": Service(
        8,
        ("subject_image",),
        ("subject_image", "background_reference", "light_reference"),
        ("background_prompt", "foreground_prompt", "negative_prompt"),
        {
            **_SEED,
            "preserve_original_subject": _SHARE,
            "original_background_depth": _SHARE,
            "light_source_strength": _SHARE,
        },
        {
            **_FORMAT,
            "keep_original_background": ("true", "false"),
            "light_source_direction": ("above", "below", "left", "right"),
        },
        seconds=30,
        is_later=True,
    ),
    "control/sketch": _CONTROL,
    "control/structure": _CONTROL,
    "control/style": Service(
        5, ("image", "prompt"), ("image",), _TEXTS, {**_SEED, "fidelity": _SHARE}, {**_LOOK, "aspect_ratio": ASPECTS}
    ),
    "control/style-transfer": Service(
        8,
        ("init_image", "style_image"),
        ("init_image", "style_image"),
        _TEXTS,
        {**_SEED, "style_strength": _SHARE, "composition_fidelity": _SHARE, "change_strength": (0.1, 1)},
        _FORMAT,
        seconds=10,
    ),
    "upscale/fast": Service(2, ("image",), ("image",), words=_FORMAT, most_pixels=1_048_576, seconds=1),
    "upscale/conservative": Service(
        40, ("image", "prompt"), ("image",), _TEXTS, {**_SEED, "creativity": (0.2, 0.5)}, _FORMAT, seconds=20
    ),
    "upscale/creative": Service(
        60,
        ("image", "prompt"),
        ("image",),
        _TEXTS,
        {**_SEED, "creativity": (0.1, 0.5)},
        _LOOK,
        most_pixels=1_048_576,
        seconds=45,
        is_later=True,
    ),
}
"""platform.stability.ai, API reference and pricing, read 2026-11-21."""
AUDIO_SERVICES: Final = {
    "stable-audio": Service(
        26,
        ("prompt",),
        texts=("prompt",),
        numbers={**_AUDIO, "duration": (1, 380)},
        words={"output_format": SOUNDS, "model": ("stable-audio-3",)},
        seconds=20,
        is_later=True,
    ),
    "stable-audio-2": Service(
        20,
        ("prompt",),
        texts=("prompt",),
        numbers={**_AUDIO, "steps": (4, 100), "duration": (1, 190)},
        words={"output_format": SOUNDS, "model": ("stable-audio-2", "stable-audio-2.5")},
        seconds=10,
    ),
}
AUDIO_REWORKS: Final = {
    name: replace(
        service,
        needs=("prompt", "audio"),
        files=("audio",),
        numbers={**service.numbers, "strength": (0.01, 1) if name == "stable-audio-2" else _SHARE},
    )
    for name, service in AUDIO_SERVICES.items()
}
"""What begins with a sound, by the same names."""


def refused(status: int, name: str, *errors: str, error_id: str | None = None) -> JSONResponse:
    """An error in Stability's words."""
    return JSONResponse({"id": error_id or secrets.token_hex(16), "name": name, "errors": list(errors)}, status)


def trouble(kind: Trouble, seconds: float) -> Response:
    """Troubles of every route."""
    match kind:
        case "throttled":
            message = "you have exceeded the rate limit of 150 requests within a 10 second period"
            return refused(429, "rate_limit_exceeded", message, error_id="rate_limit_exceeded")
        case "no-credit":
            return refused(402, "payment_required", "you lack sufficient credits to make this request")
        case "bad-key":
            return unauthorized("invalid or missing authorization header value")
        case "server-error":
            return refused(500, "internal_error", "an unexpected server error has occurred")


def unauthorized(message: str) -> JSONResponse:
    """The gateway's own shape."""
    return JSONResponse({"id": secrets.token_hex(16), "name": "unauthorized", "message": message}, 401)


async def wrong_fields(service: Service, form: FormData) -> list[str]:
    """What does not fit, as `field: message`."""
    wrong = [f"{name}: is required" for name in service.needs if not form.get(name)]
    known = {*service.files, *service.texts, *service.numbers, *service.words}
    wrong += [f"{name}: unexpected field" for name in form if name not in known and name != "none"]
    for name, (least, most) in service.numbers.items():
        if name in form and not _is_within(form[name], least, most):
            wrong.append(f"{name}: must be between {least:g} and {most:g}")
    wrong += [
        f"{name}: must be one of {', '.join(values)}"
        for name, values in service.words.items()
        if name in form and form[name] not in values
    ]
    for name in service.files:
        given = form.get(name)
        if isinstance(given, UploadFile):
            head = await _head(given)
            is_sound = name == "audio"
            wrong += _wrong_sound(name, head) if is_sound else _wrong_picture(name, size_of(head), service.most_pixels)
    return wrong


def _wrong_sound(name: str, head: bytes) -> list[str]:
    is_wave = head[:4] == b"RIFF" and head[8:12] == b"WAVE"
    is_mp3 = head[:3] == b"ID3" or head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xfa")
    return [] if is_wave or is_mp3 else [f"{name}: must be an MP3 or WAV file"]


async def _head(given: UploadFile) -> bytes:
    head = await given.read(1 << 16)
    await given.seek(0)
    return head


def _wrong_picture(name: str, size: tuple[int, int] | None, most_pixels: int) -> list[str]:
    if size is None:
        return [f"{name}: must be an image"]
    if min(size) < 64 and most_pixels > 2_000_000:
        return [f"{name}: every side must be at least 64 pixels"]
    if not 1024 <= size[0] * size[1] <= most_pixels:
        return [f"{name}: total pixel count must be at most {most_pixels}"]
    return []


def _is_within(value: object, least: float, most: float) -> bool:
    try:
        return least <= float(str(value)) <= most
    except ValueError:
        return False
