"""What fal's platform tells of an endpoint: its OpenAPI document, read as one of Cog, and its price as a rule."""

from collections.abc import Mapping
from typing import Any, Final

from photoplay.providers._contract import Json
from photoplay.providers._errors import Invalid

PRICES_AT: Final = "https://fal.ai/docs/platform-apis/v1/models/pricing"
_GIVES: Final = {"video": "a.mp4", "images": "a.png", "image": "a.png", "audio": "a.mp3", "audio_file": "a.mp3"}
_LEFT_OUT: Final = ("sync_mode",)
"""Settings of the transport: the answer would have the file in it."""
_UNITS: Final = {
    "image": "image",
    "megapixel": "megapixel",
    "second": "second",
    "video_second": "second",
    "minute": "minute",
    "1000 character": "1k-characters",
    "1k character": "1k-characters",
    "request": "run",
    "generation": "run",
    "video": "run",
}
"""Billing units by ours, both in the singular. Others, such as seconds of a machine, are not known before."""


def as_cog(openapi: Mapping[str, Any], endpoint: str) -> tuple[dict[str, Any], str]:
    """The document as Cog writes it, and the name of a file such as it gives. Raises `Invalid` when it tells no inputs."""
    schemas = (openapi.get("components") or {}).get("schemas") or {}
    taken = _schema(openapi, schemas, f"/{endpoint}", "post")
    given = _schema(openapi, schemas, f"/{endpoint}/requests/{{request_id}}", "get")
    if not isinstance(taken.get("properties"), Mapping):
        raise Invalid("This model tells no inputs.")
    ordered = [*taken.get("x-fal-order-properties", ()), *taken["properties"]]
    properties = {
        name: {**_with_address(name, part), "x-order": ordered.index(name)}
        for name, part in taken["properties"].items()
        if name not in _LEFT_OUT
    }
    example = next((file for name, file in _GIVES.items() if name in (given.get("properties") or {})), "")
    kept = {name: part for name, part in schemas.items() if "enum" in part}
    whole = {"type": "object", "properties": properties, "required": list(taken.get("required", ()))}
    return {"components": {"schemas": {**kept, "Input": whole}}}, example


def price_rules(told: Any, endpoint: str, operations: tuple[str, ...]) -> tuple[dict[str, Json], ...]:
    """Rules of what the vendor says that an endpoint costs; none where its unit is none of ours."""
    prices = told.get("prices") if isinstance(told, Mapping) else None
    for one in prices or ():
        unit = _UNITS.get(str(one.get("unit")).lower().removesuffix("s"))
        if one.get("endpoint_id") == endpoint and one.get("currency") == "USD" and unit and "unit_price" in one:
            rule = {"unit": unit, "cost_usd": str(one["unit_price"]), "source": PRICES_AT}
            return tuple({"operation": operation, **rule} for operation in operations)
    return ()


def _schema(openapi: Mapping[str, Any], schemas: Mapping[str, Any], path: str, method: str) -> Mapping[str, Any]:
    """The schema of what a path takes by POST, or gives by GET."""
    call = ((openapi.get("paths") or {}).get(path) or {}).get(method) or {}
    body = call.get("requestBody") or (call.get("responses") or {}).get("200") or {}
    schema = ((body.get("content") or {}).get("application/json") or {}).get("schema") or {}
    found: Mapping[str, Any] = schemas.get(str(schema.get("$ref", "")).rpartition("/")[2], schema)
    return found


def _with_address(name: str, part: Mapping[str, Any]) -> dict[str, Any]:
    """Fields called `image_url` or `image_urls` take addresses, which their schema does not say."""
    uri = {"type": "string", "format": "uri"}
    if name.endswith("_urls"):
        return {**part, "type": "array", "items": uri}
    return {**part, **uri} if name.endswith("_url") else dict(part)
