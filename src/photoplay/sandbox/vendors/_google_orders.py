"""What an interaction asks of simulated Google: read, checked and priced."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from photoplay.sandbox.sizes import film_seconds
from photoplay.sandbox.vendors._google_rules import (
    CHARACTERS_A_SECOND,
    LINES,
    MODELS,
    TOKENS_OF_SPEECH,
    Model,
    cost_of,
    picture_size,
    tokens_of,
)

FIELDS: Final = {
    "model", "input", "response_format", "generation_config", "background", "store", "stream", "previous_interaction_id",
    "webhook_config", "service_tier", "labels", "safety_settings", "system_instruction", "tools", "response_modalities",
}  # fmt: skip
SOUNDS: Final = {
    "audio/wav": "audio/wav",
    "audio/mp3": "audio/mpeg",
    "audio/ogg_opus": "audio/opus",
    "audio/l16": "audio/pcm",
}
TASKS: Final = {"text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale"}
EDITED_SECONDS: Final = 3.0
SONG_SECONDS: Final = 60.0
CLIP_SECONDS: Final = 30.0
LATENCY_SECONDS: Final = {"image": 15.0, "video": 40.0, "song": 20.0, "speech": 4.0}
THOUGHT_TOKENS: Final = 300


MOST_REFERENCES: Final = 6
"""Pictures that a film may draw from."""


@dataclass
class Ordered:
    """An order; `wrong` says what does not fit."""

    model: str
    files: list[dict[str, Any]]
    wrong: str = ""
    seconds: float = 0.0
    cost_usd: Decimal = Decimal(0)
    reading_usd: Decimal = Decimal(0)
    extends: bool = False
    """Whether a film is to go on: its length is what is added."""
    draws: bool = False
    """Whether its pictures are to draw from; else the first is the first frame, and the second the last."""
    facts: dict[str, Any] = field(default_factory=dict)


def ordered(name: str, body: Mapping[str, Any]) -> Ordered:
    """Reads an order for a model that exists."""
    model, contents = MODELS[name], _contents(body.get("input"))
    task = ((body.get("generation_config") or {}).get("video_config") or {}).get("task")
    files = [one for one in contents if one.get("type") != "text"]
    order = Ordered(name, files, _wrong(body, contents), LATENCY_SECONDS[model.kind], extends=task == "extend")
    order.draws = task == "reference_to_video"
    text = " ".join(str(one.get("text", "")) for one in contents if one.get("type") == "text")
    asked = body.get("response_format") or {}
    form: dict[str, Any] = asked[0] if isinstance(asked, list) else asked
    order.wrong = order.wrong or _FORMS[model.kind](order, model, form, text)
    if not order.wrong:
        read = tokens_of(text) + sum(_tokens_given(one) for one in files)
        thought, made = order.facts.setdefault("thought", 0), order.facts["made"]
        order.facts["read"] = read
        order.cost_usd = cost_of(model, read=read, thought=thought, made=made) + Decimal(model.song_usd)
        order.reading_usd = cost_of(model, read=read, thought=0, made=0)
    return order


def _contents(given: Any) -> list[dict[str, Any]]:
    """A plain text, a content, a list of contents, or a list of steps."""
    if isinstance(given, str):
        return [{"type": "text", "text": given}]
    listed = given if isinstance(given, list) else [given] if isinstance(given, dict) else []
    flat: list[dict[str, Any]] = []
    for one in listed:
        is_step = isinstance(one, dict) and one.get("type") == "user_input"
        inner = one.get("content") if is_step else [one]
        flat += _contents(inner) if isinstance(inner, str) else [part for part in inner or [] if isinstance(part, dict)]
    return flat


def _wrong(body: Mapping[str, Any], contents: list[dict[str, Any]]) -> str:
    foreign = [name for name in body if name not in FIELDS]
    if foreign:
        return f"Unknown parameter '{foreign[0]}'."
    if not contents:
        return "Missing required parameter 'input'."
    if body.get("background") and body.get("store") is False:
        return "'background' requires 'store' to be true."
    task = ((body.get("generation_config") or {}).get("video_config") or {}).get("task")
    return f"The value '{task}' is not supported for 'task'." if task is not None and task not in TASKS else ""


def _film(order: Ordered, model: Model, form: Mapping[str, Any], text: str) -> str:
    edits = any(one.get("type") == "video" for one in order.files)
    usual = f"{_given_seconds(order.files):g}s" if edits else "8s"
    length = re.fullmatch(r"(\d+(?:\.\d+)?)s", str(form.get("duration") or usual))
    pictures = sum(one.get("type") == "image" for one in order.files)
    if order.draws and not 1 <= pictures <= MOST_REFERENCES:
        return f"'reference_to_video' takes 1 to {MOST_REFERENCES} images."
    has_both_ends = pictures > 1 and not edits and not order.draws
    longest = min(model.longest_seconds, 10.0) if has_both_ends else model.longest_seconds
    longest = 10.0 if order.extends else longest
    lines, aspect = form.get("resolution", "720p"), form.get("aspect_ratio", "16:9")
    if length is None or not 3 <= float(length[1]) <= longest:
        return f"Invalid value for 'response_format.duration': between 3s and {longest:g}s."
    if lines not in LINES or aspect not in ("16:9", "9:16"):
        return "Invalid value for 'response_format'."
    width, height, tokens = LINES[lines]
    seconds = float(length[1])
    before = _given_seconds(order.files) if order.extends else 0.0
    if order.extends and (not edits or before + seconds > model.extended_seconds):
        return f"An extension needs a video, and may be {model.extended_seconds:g}s long in all."
    order.facts = {
        "kind": "video",
        "mime": "video/mp4",
        "shown_mime": "video/mp4",
        "size": (width, height) if aspect == "16:9" else (height, width),
        "seconds": before + seconds,
        "has_sound": True,
        "delivery": form.get("delivery", "inline"),
        "made": round(tokens * seconds),
        "thought": THOUGHT_TOKENS,
    }
    return ""


def _song(order: Ordered, model: Model, form: Mapping[str, Any], text: str) -> str:
    wish = re.search(r"(\d+) seconds", text)
    length = CLIP_SECONDS if "clip" in order.model else float(wish[1]) if wish else SONG_SECONDS
    order.facts = {**_sound("audio/mp3", length), "words": "[Verse]\nLa la la", "made": round(25 * length)}
    return ""


def _speech(order: Ordered, model: Model, form: Mapping[str, Any], text: str) -> str:
    mime = form.get("mime_type", "audio/l16")
    if mime not in SOUNDS:
        return f"The value '{mime}' is not supported for 'response_format.mime_type'."
    length = max(0.5, len(text) / CHARACTERS_A_SECOND)
    order.facts = {**_sound(mime, length), "made": round(TOKENS_OF_SPEECH * length)}
    return ""


def _sound(mime: str, seconds: float) -> dict[str, Any]:
    return {"kind": "audio", "mime": SOUNDS[mime], "shown_mime": mime, "seconds": seconds, "delivery": "inline"}


def _picture(order: Ordered, model: Model, form: Mapping[str, Any], text: str) -> str:
    aspect, size = form.get("aspect_ratio", "1:1"), form.get("image_size", "1K")
    if aspect not in model.aspects or (size != "1K" and size not in (model.sizes or {})):
        return "Invalid value for 'response_format'."
    mime = form.get("mime_type", "image/jpeg")
    order.facts = {
        "kind": "image",
        "mime": mime,
        "shown_mime": mime,
        "size": picture_size(aspect, size),
        "delivery": form.get("delivery", "inline"),
        "made": (model.sizes or {}).get(size, 1120),
    }
    return ""


def _tokens_given(one: Mapping[str, Any]) -> int:
    return round(LINES["720p"][2] * _given_seconds([one])) if one.get("type") == "video" else 560


def _given_seconds(files: Sequence[Mapping[str, Any]]) -> float:
    """How long the film is that was given; three seconds where it did not come along."""
    data = next((str(one["data"]) for one in files if one.get("type") == "video" and one.get("data")), "")
    return max(EDITED_SECONDS, film_seconds(base64.b64decode(data)) or 0)


_FORMS: Final = {"video": _film, "song": _song, "speech": _speech, "image": _picture}
