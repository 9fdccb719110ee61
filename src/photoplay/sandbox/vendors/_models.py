"""Models of simulated hosts of many models, read from a data file: what they take, give, take in time, and cost."""

import base64
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from importlib import resources
from typing import Any, Final, Literal

from photoplay.sandbox.sizes import film_seconds
from photoplay.sandbox.world import World

_LONG_EDGE: Final = {
    "1K": 1024,
    "2K": 2048,
    "4K": 4096,
    "0.25": 512,
    "1": 1024,
    "0.5 MP": 720,
    "1 MP": 1024,
    "2 MP": 1440,
}
_NAMED: Final = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
_MIMES: Final = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "wav": "audio/wav",
}
ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
}


@dataclass(frozen=True)
class SimulatedModel:
    """One model. A field is `{type, enum?, default?, required?, min?, max?, about?}`; `file` and `files` are addresses."""

    name: str
    gives: Literal["image", "video", "audio"]
    fields: Mapping[str, Mapping[str, Any]]
    seconds: float
    cost: Mapping[str, Any]
    """`unit` image, second or machine-second, and `usd`; or `usd_by` a field's value."""
    about: str = ""
    shape: str = "one"
    mime: str = ""
    size: tuple[int, int] = (1024, 1024)
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What only one host knows of it, such as a version."""

    def wrong(self, given: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """What does not fit, as (field, kind, message). Unknown fields are not wrong."""
        found = []
        for name, part in self.fields.items():
            if name not in given or given[name] is None:
                if part.get("required"):
                    found.append((name, "missing", "Field required"))
                continue
            message = _misfit(part, given[name])
            if message:
                found.append((name, "invalid", message))
        return found

    def filled(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The input with its defaults."""
        defaults = {name: part["default"] for name, part in self.fields.items() if "default" in part}
        return defaults | {name: value for name, value in given.items() if value is not None}

    def usd(self, values: Mapping[str, Any]) -> Decimal:
        """What a run with these values costs."""
        each = Decimal(self.cost.get("usd") or self.cost["usd_by"][str(values.get(self.cost["by"]))])
        match self.cost["unit"]:
            case "second":
                return each * Decimal(str(self.length(values)))
            case "machine-second":
                return each * Decimal(str(self.seconds))
            case "megapixel":
                return each * self._megapixels(values)
            case "whole-megapixel":
                return each * self._megapixels(values).to_integral_value(ROUND_CEILING)
            case "flux":
                inputs = len(values.get("input_images") or ())
                return each + each / 2 * (max(Decimal(0), self._megapixels(values) - 1) + inputs)
            case _:
                return each

    def _megapixels(self, values: Mapping[str, Any]) -> Decimal:
        width, height = self.frame(values)
        return Decimal(width * height) / (1024 * 1024)

    def length(self, values: Mapping[str, Any]) -> float:
        """Seconds of its film or sound: as asked for, else those of the film that came with the request."""
        told = re.match(r"[\d.]+", str(values.get("duration", "")))
        return float(told[0]) if told else _seconds_given(values.get("video_url")) or 5.0

    def frame(self, values: Mapping[str, Any]) -> tuple[int, int]:
        """Width and height of its picture or film."""
        named = values.get("image_size")
        if isinstance(named, Mapping):
            return int(named["width"]), int(named["height"])
        if isinstance(named, str):
            return _NAMED.get(named, self.size)
        if values.get("width") and values.get("height") and values.get("aspect_ratio", "custom") == "custom":
            return int(values["width"]), int(values["height"])
        return self._shaped(values)

    def _shaped(self, values: Mapping[str, Any]) -> tuple[int, int]:
        told = str(
            values.get("resolution") or values.get("megapixels") or {"standard": "720p"}.get(values.get("mode", ""), "")
        )
        aspect = re.fullmatch(r"(\d+):(\d+)", str(values.get("aspect_ratio")))
        across, down = (int(aspect[1]), int(aspect[2])) if aspect else self.size
        if lines := re.fullmatch(r"(\d{3,4})[pP]", told):
            short = int(lines[1])
            return (round(short * across / down), short) if across >= down else (short, round(short * down / across))
        longest = _LONG_EDGE.get(told, max(self.size))
        return round(longest * across / max(across, down)), round(longest * down / max(across, down))

    def mime_of(self, values: Mapping[str, Any]) -> str:
        """The type of its files."""
        usual = {"image": "image/png", "video": "video/mp4", "audio": "audio/mpeg"}[self.gives]
        return _MIMES.get(str(values.get("output_format")), self.mime or usual) if self.gives != "video" else usual

    async def media(self, world: World, values: Mapping[str, Any], stamp: str, length: float) -> bytes:
        """One file of its."""
        if self.gives == "audio":
            return await world.stock.sound(length, self.mime_of(values), stamp)
        width, height = self.frame(values)
        if self.gives == "image":
            return await world.stock.picture(width, height, self.mime_of(values), stamp)
        has_sound = bool(values.get("generate_audio"))
        return await world.stock.film(width, height, length, stamp, has_sound=has_sound)


def _seconds_given(url: object) -> float | None:
    """The length of a film within the request; None for one at an address."""
    head, _comma, data = str(url).partition(";base64,")
    return film_seconds(base64.b64decode(data)) if head.startswith("data:video/") else None


def models_of(file: str) -> dict[str, SimulatedModel]:
    """The models of a data file beside the vendors, by name."""
    text = (resources.files("photoplay.sandbox.vendors") / file).read_text("utf-8")
    return {
        name: SimulatedModel(name=name, **{**entry, "size": tuple(entry.get("size", (1024, 1024)))})
        for name, entry in tomllib.loads(text)["models"].items()
    }


def cog_document(model: SimulatedModel) -> dict[str, Any]:
    """The OpenAPI document that Cog writes of such a model: choices stand apart, each field has its place."""
    schemas: dict[str, Any] = {}
    properties = {}
    for place, (name, part) in enumerate(model.fields.items()):
        properties[name] = _cog_property(name, part, schemas) | {"x-order": place}
    required = [name for name, part in model.fields.items() if part.get("required")]
    uri = {"type": "string", "format": "uri"}
    output = {"list": {"type": "array", "items": uri}, "named": {"type": "object", "properties": {"audio": uri}}}
    schemas["Input"] = {"type": "object", "title": "Input", "properties": properties, "required": required}
    schemas["Output"] = {"title": "Output", **output.get(model.shape, uri)}
    return {"openapi": "3.0.2", "info": {"title": "Cog", "version": "0.1.0"}, "components": {"schemas": schemas}}


def _cog_property(name: str, part: Mapping[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    told = {"title": name.replace("_", " ").title(), "description": part.get("about", "")}
    told |= {"default": part["default"]} if "default" in part else {}
    if "enum" in part:
        kind = "integer" if isinstance(part["enum"][0], int) else "string"
        schemas[name] = {"type": kind, "title": name, "description": "An enumeration.", "enum": list(part["enum"])}
        return told | {"allOf": [{"$ref": f"#/components/schemas/{name}"}]}
    match part["type"]:
        case "file":
            return told | {"type": "string", "format": "uri"}
        case "files":
            return told | {"type": "array", "items": {"type": "string", "format": "uri"}}
        case kind:
            bounds = {ours: part[short] for short, ours in (("min", "minimum"), ("max", "maximum")) if short in part}
            return told | {"type": kind} | bounds


def _misfit(part: Mapping[str, Any], value: Any) -> str:
    if "enum" in part:
        return "" if value in part["enum"] else f"Input should be one of {', '.join(map(str, part['enum']))}"
    kinds: dict[str, Any] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "files": list,
        "file": str,
    }
    kind = kinds.get(part["type"], object)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        return f"Input should be a valid {part['type']}"
    if part["type"] in ("file", "files"):
        addresses = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) and one.startswith(("http", "data:")) for one in addresses):
            return "Does not match format 'uri'"
    if isinstance(value, int | float) and not part.get("min", value) <= value <= part.get("max", value):
        return f"Must be between {part.get('min', 'any')} and {part.get('max', 'any')}"
    return ""
