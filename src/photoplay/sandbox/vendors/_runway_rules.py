"""What Runway's API takes and bills: fields, frames and credits by route and model, from its SDK 5.24.0 and price page."""

import re
from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

_IMAGE: Final = "promptText! ratio! referenceImages seed contentModeration"
_VEO: Final = "promptText ratio! audio duration negativePrompt seed"
_VEO_RATIOS: Final = ("1280:720", "720:1280", "1080:1920", "1920:1080")
_GEN_RATIOS: Final = ("1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672")
_IMAGE_RATIOS: Final = (
    "1024:1024", "1080:1080", "1168:880", "1360:768", "1440:1080", "1080:1440", "1808:768", "1920:1080",
    "1080:1920", "2112:912", "1280:720", "720:1280", "720:720", "960:720", "720:960", "1680:720",
)  # fmt: skip
FIELDS: Final[Mapping[tuple[str, str], str]] = {
    ("text_to_image", "gen4_image"): _IMAGE,
    ("text_to_image", "gen4_image_turbo"): _IMAGE.replace("referenceImages", "referenceImages!"),
    ("text_to_video", "gen4.5"): "promptText! ratio! duration! seed contentModeration",
    ("text_to_video", "veo3.1"): _VEO.replace("promptText", "promptText!"),
    ("text_to_video", "veo3.1_fast"): _VEO.replace("promptText", "promptText!"),
    ("image_to_video", "gen4.5"): "promptText! promptImage! ratio! duration! seed contentModeration",
    ("image_to_video", "gen4_turbo"): "promptText promptImage! ratio! duration seed contentModeration",
    ("image_to_video", "veo3.1"): f"{_VEO} promptImage!",
    ("image_to_video", "veo3.1_fast"): f"{_VEO} promptImage!",
    ("video_to_video", "aleph2"): "promptText videoUri! keyframes targetAspectRatio seed contentModeration",
    ("image_upscale", "magnific_precision_upscaler_v2"): "imageUri! flavor scaleFactor sharpen smartGrain ultraDetail",
    ("sound_effect", "eleven_text_to_sound_v2"): "promptText! duration loop",
    ("text_to_speech", "eleven_multilingual_v2"): "promptText! voice!",
}
"""The fields of each, those with a "!" must be there."""
RATIOS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("text_to_image", "gen4_image"): _IMAGE_RATIOS,
    ("text_to_image", "gen4_image_turbo"): _IMAGE_RATIOS,
    ("text_to_video", "gen4.5"): _GEN_RATIOS[:2],
    ("image_to_video", "gen4.5"): _GEN_RATIOS,
    ("image_to_video", "gen4_turbo"): _GEN_RATIOS,
    **{
        (route, model): _VEO_RATIOS
        for route in ("text_to_video", "image_to_video")
        for model in ("veo3.1", "veo3.1_fast")
    },
}
_A_SECOND: Final = {"gen4_turbo": 5, "gen4.5": 12, "aleph2": 28}
_VEO_A_SECOND: Final = {"veo3.1": (40, 20), "veo3.1_fast": (15, 10)}
"""With sound, without."""
_MOST_DATA: Final = 5_000_000
_TAG: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,15}")


def seconds_of(route: str, body: Mapping[str, Any]) -> float:
    """How long its film or sound becomes."""
    if route == "text_to_speech":
        return max(0.5, len(str(body["promptText"])) / 15)
    usual = {"image_to_video": 10.0, "video_to_video": 2.0, "sound_effect": 5.0}
    return float(body.get("duration") or usual.get(route, 8.0))


def credits_of(route: str, body: Mapping[str, Any]) -> Decimal:
    """What it bills; a credit is a cent."""
    model, seconds = str(body["model"]), Decimal(str(seconds_of(route, body)))
    match route:
        case "text_to_image":
            is_large = min(int(part) for part in body["ratio"].split(":")) > 720
            return Decimal(2 if model.endswith("turbo") else 8 if is_large else 5)
        case "image_upscale":
            return Decimal(25)
        case "text_to_speech":
            return (Decimal(len(body["promptText"])) / 50).to_integral_value(ROUND_CEILING)
        case "sound_effect":
            return Decimal(2) if "duration" not in body else (seconds / 6).to_integral_value(ROUND_CEILING)
        case _ if model in _VEO_A_SECOND:
            with_sound, without = _VEO_A_SECOND[model]
            return seconds * (with_sound if body.get("audio", True) else without)
        case _:
            return max(Decimal(56 if model == "aleph2" else 0), seconds * _A_SECOND[model])


def wrong_fields(route: str, body: Mapping[str, Any], uploads: Mapping[str, int]) -> list[dict[str, Any]]:
    """What is wrong with a request, as Runway lists it."""
    known = FIELDS.get((route, str(body.get("model"))))
    if known is None:
        return [_issue("model", "Invalid discriminator value")]
    fields = known.split()
    names = {"model", *(name.rstrip("!") for name in fields)}
    wrong = [_issue(name, "Unrecognized key") for name in body if name not in names]
    wrong += [_issue(name[:-1], "Required") for name in fields if name.endswith("!") and not body.get(name[:-1])]
    ratios = RATIOS.get((route, body["model"]))
    if ratios and body.get("ratio") not in ratios:
        wrong.append(_issue("ratio", "Invalid enum value"))
    if len(str(body.get("promptText") or "").encode("utf-16-le")) > 2000:
        wrong.append(_issue("promptText", "Too long"))
    return (
        wrong + _wrong_frames(body) + [_issue("uri", problem) for uri in _uris(body) if (problem := _bad(uri, uploads))]
    )


def _wrong_frames(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    frames, references = body.get("promptImage"), body.get("referenceImages", ())
    positions = [frame.get("position") for frame in frames] if isinstance(frames, list) else ["first"]
    allowed = ("first", "last") if str(body["model"]).startswith("veo") else ("first",)
    wrong = [_issue("promptImage", "Invalid position") for position in positions if position not in allowed]
    if len(references) > 3 or any(not _TAG.fullmatch(one.get("tag", "abc")) for one in references):
        wrong.append(_issue("referenceImages", "Invalid references"))
    return wrong


def _uris(body: Mapping[str, Any]) -> list[str]:
    found = [body[name] for name in ("videoUri", "imageUri") if name in body]
    for name in ("promptImage", "referenceImages", "keyframes"):
        given = body.get(name, ())
        found += [given] if isinstance(given, str) else [str(one.get("uri")) for one in given]
    return found


def _bad(uri: str, uploads: Mapping[str, int]) -> str:
    if uri.startswith("runway://"):
        return "" if uri in uploads else "The upload does not exist or has expired"
    if uri.startswith("data:"):
        return "" if len(uri) <= _MOST_DATA else "Data URI is too large"
    return "" if uri.startswith("https://") else "Invalid url"


def _issue(name: str, message: str) -> dict[str, Any]:
    return {"code": "invalid", "path": [name], "message": message}
