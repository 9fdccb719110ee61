"""A model's own input schema, as Cog writes it, made into what a card says: operations, options, limits and its dialect."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pydantic import Field, create_model

from photoplay.operations import MediaKind, all_operations
from photoplay.providers._contract import Limits, Options
from photoplay.providers._dialect import Dialect
from photoplay.providers._errors import Invalid
from photoplay.providers._files import mime_of

_PROMPTS: Final = ("prompt", "text", "prompt_a", "text_input", "input_text")
_LENGTHS: Final = ("duration", "seconds", "duration_seconds", "audio_length_in_s", "total_seconds")
_FACTORS: Final = ("scale", "upscale_factor", "scale_factor", "factor", "upscale")
_ONE_RESULT: Final = ("num_outputs", "num_images", "number_of_images", "batch_size")
_ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9")
_EDGES: Final = (512, 768, 1024, 1280, 1536, 2048)
_TYPES: Final[Mapping[str, type]] = {"string": str, "integer": int, "number": float, "boolean": bool}


@dataclass(frozen=True)
class Described:
    """What a schema tells of a model."""

    operations: tuple[str, ...]
    options: type[Options]
    limits: Mapping[str, Limits]
    dialect: Dialect


@dataclass
class _Inputs:
    """The fields of a schema, by what they are for."""

    properties: Mapping[str, Mapping[str, Any]]
    required: frozenset[str]
    files: dict[str, str] = field(default_factory=dict)
    """By role: the field, with `[]` for a list."""
    names: dict[str, str] = field(default_factory=dict)
    """By our name: the field."""
    is_film: bool = False
    """Whether the source is a film."""

    def has(self, *names: str) -> str:
        """The first of these fields that there is, or ""."""
        return next((name for name in names if name in self.properties), "")

    def must(self, role: str) -> bool:
        """Whether the file of this role has to be given."""
        return self.files.get(role, "").removesuffix("[]") in self.required


def described(document: Mapping[str, Any], *, words: str, example: Any = None) -> Described:
    """Reads an OpenAPI document of Cog. `words`: what is said of the model; `example`: an output of it.

    Raises `Invalid` when none of the studio's operations fits what it takes and gives.
    """
    schemas = document.get("components", {}).get("schemas", {})
    inputs = _sorted(schemas)
    kind = _kind(inputs, words.lower(), example)
    operations = _operations(inputs, kind, words.lower())
    if not operations:
        raise Invalid("The studio has no operation for what this model takes and gives.")
    dialect = _dialect(inputs)
    taken = {name.removesuffix("[]") for name in (*inputs.files.values(), *inputs.names.values())}
    taken |= {"width", "height", "image_size"} if dialect.pixels else set()
    left = {name: part for name, part in inputs.properties.items() if name not in taken and name not in dialect.fixed}
    options, renamed = _options(left, inputs.required, operations)
    names = {**dialect.names, **renamed}
    return Described(operations, options, _limits(inputs, operations), Dialect(**{**vars(dialect), "names": names}))


def what_counts(document: Mapping[str, Any]) -> dict[str, Any]:
    """An OpenAPI document of Cog without what `described` does not read: small enough to be kept."""
    schemas = document.get("components", {}).get("schemas", {})
    kept = {name: part for name, part in schemas.items() if name in ("Input", "Output") or "enum" in part}
    return {"components": {"schemas": kept}}


def _sorted(schemas: Mapping[str, Any]) -> _Inputs:
    found = schemas.get("Input")
    if not isinstance(found, Mapping) or not isinstance(found.get("properties"), Mapping):
        raise Invalid("This model tells no inputs.")
    ordered = sorted(found["properties"].items(), key=lambda pair: pair[1].get("x-order", 999))
    inputs = _Inputs({name: _resolved(part, schemas) for name, part in ordered}, frozenset(found.get("required", ())))
    for name, part in inputs.properties.items():
        _note_file(inputs, name, part)
    for ours, theirs in (("prompt", _PROMPTS), ("seed", ("seed",)), ("aspect", ("aspect_ratio",))):
        inputs.names[ours] = inputs.has(*theirs)
    inputs.names |= {"duration_seconds": inputs.has(*_LENGTHS), "factor": inputs.has(*_FACTORS)}
    inputs.names["size"] = "resolution" if _lines(inputs.properties.get("resolution", {})) else ""
    return inputs


def _resolved(part: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """A property with what its `allOf` or `$ref` points at written into it, or the first of its `anyOf` that is no null."""
    whole = dict(part)
    for piece in (*part.get("allOf", ()), *([part] if "$ref" in part else ())):
        whole |= {**schemas.get(str(piece.get("$ref", "")).rpartition("/")[2], {}), **part}
    either = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
    return {**_resolved(either[0], schemas), **whole} if either else whole


def _note_file(inputs: _Inputs, name: str, part: Mapping[str, Any]) -> None:
    is_list = part.get("type") == "array"
    if (part.get("items", {}) if is_list else part).get("format") != "uri" or "audio" in name:
        return
    if "mask" in name:
        role = "mask"
    elif re.match(r"(last|end)_", name):
        role = "last"
    elif is_list:
        role = "reference"
    else:
        role = "source"
    if role == "source" and "video" in name:
        inputs.is_film = True
    inputs.files.setdefault(role, f"{name}[]" if is_list else name)


def _kind(inputs: _Inputs, words: str, example: Any) -> MediaKind:
    """What it gives: by an output of it, by what it takes, by what is said of it."""
    first = example[0] if isinstance(example, list) and example else example
    first = next(iter(first.values()), "") if isinstance(first, Mapping) else first
    mime = mime_of(first, "") if isinstance(first, str) else ""
    for kind in MediaKind:
        if mime.startswith(f"{kind}/"):
            return kind
    if inputs.is_film or inputs.has("fps", "num_frames", "frames_per_second") or "video" in words:
        return MediaKind.VIDEO
    if re.search(r"music|audio|speech|voice|sound", words):
        return MediaKind.AUDIO
    return MediaKind.VIDEO if inputs.names["duration_seconds"] else MediaKind.IMAGE


def _operations(inputs: _Inputs, kind: MediaKind, words: str) -> tuple[str, ...]:
    has_words, has_source = bool(inputs.names["prompt"]), "source" in inputs.files or "reference" in inputs.files
    from_words = has_words and not inputs.must("source") and not inputs.must("reference")
    match kind:
        case MediaKind.IMAGE if has_words:
            found = {"text-to-image": from_words, "image-to-image": has_source, "inpaint": "mask" in inputs.files}
        case MediaKind.IMAGE:
            is_cut_out = "background" in words
            found = {"remove-background": has_source and is_cut_out, "upscale": has_source and not is_cut_out}
        case MediaKind.VIDEO:
            is_still = has_source and not inputs.is_film
            found = {
                "text-to-video": from_words,
                "image-to-video": is_still,
                "video-to-video": inputs.is_film and has_words,
            }
        case MediaKind.AUDIO:
            found = {_sound(words): from_words}
    return tuple(name for name, fits in found.items() if fits)


def _sound(words: str) -> str:
    if "music" in words or "song" in words:
        return "text-to-music"
    return "text-to-speech" if re.search(r"speech|voice|tts|speak", words) else "text-to-sound"


def _dialect(inputs: _Inputs) -> Dialect:
    names = {ours: theirs for ours, theirs in inputs.names.items() if theirs != ours}
    fixed = [name for name in _ONE_RESULT if name in inputs.properties]
    files = dict(inputs.files)
    if "source" not in files and "reference" in files:
        files["source"] = files["reference"]
    length = inputs.properties.get(inputs.names["duration_seconds"], {})
    written = (
        ("{:g}s" if str(next(iter(length.get("enum", ())), "")).endswith("s") else "{:g}") if _is_text(length) else ""
    )
    return Dialect(names, files, pixels=_pixels(inputs), duration=written, fixed=dict.fromkeys(fixed, 1))


def _is_text(part: Mapping[str, Any]) -> bool:
    return part.get("type") == "string"


def _pixels(inputs: _Inputs) -> Literal["", "flat", "custom", "image_size"]:
    if inputs.has("image_size"):
        return "image_size"
    if not (inputs.has("width") and inputs.has("height")):
        return ""
    if "custom" in inputs.properties.get("aspect_ratio", {}).get("enum", ()):
        return "custom"
    return "" if inputs.names["aspect"] else "flat"


def _limits(inputs: _Inputs, operations: Sequence[str]) -> dict[str, Limits]:
    shapes = tuple(value for value in inputs.properties.get("aspect_ratio", {}).get("enum", ()) if _is_shape(value))
    lines = _lines(inputs.properties.get("resolution", {}))
    length = inputs.properties.get(inputs.names["duration_seconds"], {})
    told = tuple(float(str(one).rstrip("s")) for one in length.get("enum", ()) if re.fullmatch(r"[\d.]+s?", str(one)))
    lowest, highest = length.get("minimum"), length.get("maximum")
    is_range = not told and lowest is not None and highest is not None
    lengths = (float(max(1, lowest or 0)), float(highest or 0)) if is_range else told
    edges = _edges(inputs) if _pixels(inputs) else ()
    shapes = shapes or (_ASPECTS if edges else ())
    limits = {}
    for operation in operations:
        is_film = "video" in operation
        limits[operation] = Limits(
            aspects=shapes or (("16:9",) if is_film else ("1:1",)),
            sizes=(lines or ("720p",)) if is_film else edges or (1024,),
            durations_seconds=lengths,
            duration_step_seconds=1.0 if is_range else None,
        )
    return limits


def _edges(inputs: _Inputs) -> tuple[int, ...]:
    """Longer edges to choose from where width and height may be any, up to the largest that the model says it takes."""
    sides = [inputs.properties.get(name, {}) for name in ("width", "height")]
    most = max(int(side.get("maximum") or 0) for side in sides) or _EDGES[-1]
    usual = next((side["default"] for side in sides if isinstance(side.get("default"), int)), 1024)
    fitting = tuple(one for one in _EDGES if one <= most)
    return tuple(sorted(fitting, key=lambda one: one != usual)) or (most,)


def _lines(part: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(value for value in part.get("enum", ()) if re.fullmatch(r"\d{3,4}p", str(value)))


def _is_shape(value: Any) -> bool:
    return bool(re.fullmatch(r"[1-9]\d{0,2}:[1-9]\d{0,2}", str(value)))


def _options(
    parts: Mapping[str, Mapping[str, Any]], required: frozenset[str], operations: Sequence[str]
) -> tuple[type[Options], dict[str, str]]:
    """A class with a field for everything that no operation says, and what each is called there."""
    spoken = {name for one in all_operations() if one.name in operations for name in one.params.model_fields}
    fields: dict[str, Any] = {}
    renamed: dict[str, str] = {}
    for name, part in parts.items():
        own = f"{name}_" if name in spoken or hasattr(Options, name) else name
        is_sayable = "enum" in part or part.get("type") in (*_TYPES, "array")
        if is_sayable and not own.startswith("_"):
            renamed[own], fields[own] = name, _option(part, is_required=name in required)
    return create_model("DescribedOptions", __base__=Options, __module__=__name__, **fields), renamed


def _option(part: Mapping[str, Any], *, is_required: bool) -> tuple[Any, Any]:
    kind: Any = _TYPES.get(str(part.get("type")), None) or list[Any]
    if part.get("enum"):
        kind = Literal[tuple(part["enum"])]
    about: dict[str, Any] = {"description": str(part.get("description") or "As its maker calls it.")[:500]}
    if kind in (int, float):
        about |= {"ge": part.get("minimum"), "le": part.get("maximum")}
    if is_required and "default" not in part:
        return kind, Field(**about)
    return kind | None, Field(default=part.get("default"), **about)
