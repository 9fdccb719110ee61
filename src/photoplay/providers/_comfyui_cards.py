"""What a workflow of ComfyUI is asked for and gives: its operations, its form and its limits, as a card."""

import math
from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import Field, create_model

from photoplay.providers._comfyui_workflow import Nodes, targets, value_at
from photoplay.providers._contract import LARGEST_RESULT_PIXELS, Json, Limits, ModelCard, Options
from photoplay.providers._errors import Invalid
from photoplay.providers._options import CfgScale, NegativePrompt, Steps, Strength

VENDOR: Final = "Your ComfyUI"
ANY: Final = "custom-comfyui:server"
"""The card without a workflow of its own: a checkpoint of the server in the usual one."""
PAINTS: Final = ("text-to-image", "image-to-image", "inpaint")
ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9")
EDGES: Final = (512, 640, 768, 896, 1024, 1280, 1536, 2048)
LARGEST: Final = 1.3
"""How much larger than a workflow's own edge a picture may be asked for: beyond it, models repeat themselves."""
LINES: Final = (480, 540, 720, 1080)
LISTED_SECONDS: Final = 5.0
LONGEST_SECONDS: Final = 60.0
USUAL_FPS: Final = 16.0
_OURS: Final = ("prompt", "seed", "width", "height", "frames", "fps", "duration_seconds", "factor", "film")
_ROLES: Final = ("source", "mask", "last", "reference")
_KINDS: Final = {"video": ("video", "animated", "webm", "gif"), "audio": ("audio", "music", "mp3", "flac", "opus")}
_SAYS: Final = {
    "steps": "Steps of refinement: more is slower and finer.",
    "cfg_scale": "How closely the words are followed.",
    "sampler": "How noise becomes a picture, step by step.",
    "scheduler": "How the noise falls from step to step.",
    "strength": "How far the result may leave your picture.",
    "negative_prompt": "What should not be in it, in words.",
}
_TYPES: Final[Mapping[str, type]] = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}


class ServerOptions(Options):
    """Settings of the usual workflow."""

    checkpoint: str = Field(
        default="", max_length=300, description="Checkpoint by its file name on the server. Empty: its first one."
    )
    negative_prompt: NegativePrompt = ""
    steps: Steps = 25
    cfg_scale: CfgScale = 7.0
    sampler: str = Field(default="euler", max_length=60, description="Sampler by the server's own name.")
    scheduler: str = Field(default="normal", max_length=60, description="Scheduler by the server's own name.")
    strength: Strength = Field(default=0.75, json_schema_extra={"operations": ["image-to-image"]})


def card(model: str, name: str, operations: tuple[str, ...], **facts: Any) -> ModelCard:
    """A card of a workflow."""
    return ModelCard(
        id=model,
        name=name,
        vendor=VENDOR,
        operations=operations,
        typical_seconds=dict.fromkeys(operations, 20.0),
        recovery="search",
        listed_within_seconds=LISTED_SECONDS,
        can_cancel=True,
        check_floor_seconds=0.5,
        **facts,
    )


CARDS: Final = (
    card(
        ANY,
        "Checkpoint of your ComfyUI",
        PAINTS,
        about="The usual workflow with a checkpoint of your server. For anything else add a workflow in Settings.",
        options=ServerOptions,
        limits={"text-to-image": Limits(aspects=ASPECTS, sizes=(1024, 512, 768, 1280, 1536, 2048))},
    ),
)


def kind_of(nodes: Nodes, info: Mapping[str, Any]) -> str:
    """What a workflow gives, by the names of its nodes that save. Raises `Invalid` when none does."""
    ends = [node["class_type"] for node in nodes.values() if info.get(node["class_type"], {}).get("output_node")]
    if not ends:
        raise Invalid("This workflow saves nothing: it has no node such as SaveImage or SaveVideo.")
    for kind, signs in _KINDS.items():
        if any(sign in name.lower() for name in ends for sign in signs):
            return kind
    return "image"


def operations_of(nodes: Nodes, places: Mapping[str, str], kind: str) -> tuple[str, ...]:
    """What it does, by what comes in and what goes out. Raises `Invalid` where the studio has no operation for that."""
    classes = " ".join(node["class_type"] for node in nodes.values()).lower()
    has_words, has_picture = "prompt" in places, "source" in places
    match kind:
        case "image" if has_words and "mask" in places:
            found = "inpaint"
        case "image" if has_words:
            found = "image-to-image" if has_picture else "text-to-image"
        case "image":
            is_cut_out = "rembg" in classes or "background" in classes or "birefnet" in classes
            found = ("remove-background" if is_cut_out else "upscale") if has_picture else ""
        case "video":
            found = "video-to-video" if "film" in places else "image-to-video" if has_picture else "text-to-video"
        case _:
            is_voice = "tts" in classes or "speech" in classes or "voice" in classes
            found = "text-to-speech" if is_voice else "text-to-music"
    if not found or (not has_words and found in ("text-to-video", "text-to-music", "text-to-speech", "video-to-video")):
        raise Invalid("It is not clear what this workflow is asked for. Say where the words go, as in: prompt = 6.text")
    return (found,)


def fields_of(nodes: Nodes, places: Mapping[str, str], info: Mapping[str, Any]) -> dict[str, Json]:
    """What its form has besides the operation's own settings: type, range, choices and usual value, by our name."""
    found: dict[str, Json] = {}
    for ours, place in places.items():
        if ours not in _OURS and ours not in _ROLES:
            node, field = targets(place)[0]
            found[ours] = _field(nodes[node]["inputs"][field], _declared(info, nodes[node]["class_type"], field))
    return found


def options_of(fields: Mapping[str, Any]) -> type[Options]:
    """The class of these settings."""
    made: dict[str, Any] = {}
    for name, part in fields.items():
        kind: Any = _TYPES[part["type"]] if not part.get("enum") else Literal[tuple(part["enum"])]
        about: dict[str, Any] = {"description": _SAYS.get(name, f"{name.replace('_', ' ')}, as the workflow has it.")}
        if part["type"] in ("INT", "FLOAT") and not part.get("enum"):
            about |= {"ge": part.get("min"), "le": part.get("max")}
        if name == "negative_prompt":
            about["json_schema_extra"] = {"format": "prompt"}
        made[name] = (kind, Field(default=part["default"], **about))
    return create_model("WorkflowOptions", __base__=Options, __module__=__name__, **made)


def limits_of(document: Mapping[str, Any], operation: str) -> Limits:
    """The shapes, sizes and lengths to choose from: all where the workflow has fields for them, else its own."""
    places, nodes = document["places"], document["workflow"]
    width, height = _frame_of(nodes, places)
    own_aspect, has_frame = _nearest(width, height), "width" in places and "height" in places
    aspects = (own_aspect, *(one for one in ASPECTS if one != own_aspect and has_frame))
    if "video" in operation:
        lines = min(width, height)
        sizes: tuple[str | int, ...] = (f"{lines}p", *(f"{one}p" for one in LINES if one != lines and has_frame))
        shapes = aspects if operation == "text-to-video" else ()
        return Limits(aspects=shapes, sizes=sizes, **_lengths(document))
    if operation == "text-to-image":
        edge = max(width, height)
        return Limits(
            aspects=aspects,
            sizes=(edge, *(one for one in EDGES if one != edge and has_frame and one <= edge * LARGEST)),
        )
    if operation == "upscale":
        return Limits(result_pixels=LARGEST_RESULT_PIXELS)
    return Limits(**_lengths(document)) if operation == "text-to-music" else Limits()


def seconds_of(document: Mapping[str, Any]) -> float:
    """How long its film or sound is as it was saved."""
    places, nodes = document["places"], document["workflow"]
    if "duration_seconds" in places:
        return float(value_at(nodes, places["duration_seconds"]) or 10)
    frames = float(value_at(nodes, places["frames"])) if "frames" in places else 5 * USUAL_FPS
    return max(1.0, round(frames / fps_of(document)))


def fps_of(document: Mapping[str, Any]) -> float:
    """Frames a second, of the node that saves the film."""
    place = document["places"].get("fps")
    told = value_at(document["workflow"], place) if place else None
    return float(told) if isinstance(told, int | float) and told > 0 else USUAL_FPS


def frames_for(seconds: float, document: Mapping[str, Any]) -> int:
    """So many frames, counted as the workflow does: where it has 81, models want a multiple of four and one."""
    own, wanted = int(value_at(document["workflow"], document["places"]["frames"])), round(seconds * fps_of(document))
    step = next((step for step in (8, 4) if own % step == 1), 1)
    return wanted if step == 1 else max(1, round(wanted / step)) * step + 1


def _lengths(document: Mapping[str, Any]) -> dict[str, Any]:
    own = seconds_of(document)
    if "frames" in document["places"] or "duration_seconds" in document["places"]:
        return {"durations_seconds": (1.0, max(LONGEST_SECONDS, own)), "duration_step_seconds": 1.0}
    return {"durations_seconds": (own,)}


def _frame_of(nodes: Nodes, places: Mapping[str, str]) -> tuple[int, int]:
    told = [value_at(nodes, places[side]) if side in places else None for side in ("width", "height")]
    width, height = (int(value) if isinstance(value, int | float) and value > 0 else 1024 for value in told)
    return width, height


def _nearest(width: int, height: int) -> str:
    def far(aspect: str) -> float:
        across, down = (int(part) for part in aspect.split(":"))
        return abs(math.log(width / height) - math.log(across / down))

    return min(ASPECTS, key=far)


def _declared(info: Mapping[str, Any], kind: str, field: str) -> list[Any]:
    """What the server says of a node's field: its type, or the values to choose from, and its range."""
    inputs = info.get(kind, {}).get("input", {})
    told = {**(inputs.get("optional") or {}), **(inputs.get("required") or {})}.get(field)
    return list(told) if isinstance(told, list) and told else []


def _field(value: Any, declared: list[Any]) -> dict[str, Any]:
    sort, about = [*declared, None, {}][:2] if len(declared) != 1 else [declared[0], {}]
    about = about or {}
    choices = sort if isinstance(sort, list) else about.get("options") if sort == "COMBO" else None
    if choices and value in choices and len(choices) <= 500:
        return {"type": "STRING", "enum": list(choices), "default": value}
    if sort not in _TYPES:
        sort = {bool: "BOOLEAN", int: "INT", float: "FLOAT"}.get(type(value), "STRING")
    if sort == "INT" and isinstance(value, float) and not value.is_integer():
        sort = "FLOAT"
    bounds = {side: about[side] for side in ("min", "max") if isinstance(about.get(side), int | float)}
    return {"type": sort, "default": value, **bounds}
