"""fal's platform as it speaks: each endpoint's OpenAPI document and its price."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from photoplay.sandbox.vendors._models import SimulatedModel

_UNITS: Final = {"whole-megapixel": "megapixels", "image": "image", "second": "seconds"}
_SIZES: Final = ("square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9")


def find_models(models: dict[str, SimulatedModel], request: Request) -> Response:
    """The endpoints that are asked for; those that nobody knows are left out."""
    asked = request.query_params.get("endpoint_id", "").split(",")
    with_schema = "openapi-3.0" in request.query_params.getlist("expand")
    found = [_about(models[name], with_schema=with_schema) for name in asked if name in models]
    return JSONResponse({"models": found, "next_cursor": None, "has_more": False})


def prices(models: dict[str, SimulatedModel], request: Request) -> Response:
    """Unit prices; where one depends on the settings, that of the smallest."""
    if not request.headers.get("authorization"):
        error = {"type": "authorization_error", "message": "Authentication is required"}
        return JSONResponse({"error": error}, 401)
    asked = request.query_params.get("endpoint_id", "").split(",")
    told = [
        {
            "endpoint_id": name,
            "unit_price": float(models[name].cost["usd"]),
            "unit": _UNITS[models[name].cost["unit"]],
            "currency": "USD",
        }
        for name in asked
        if name in models and "usd" in models[name].cost
    ]
    return JSONResponse({"prices": told, "next_cursor": None, "has_more": False})


def _about(model: SimulatedModel, *, with_schema: bool) -> dict[str, Any]:
    title = model.name.rpartition("/")[2].replace("-", " ").title()
    category = {"image": "text-to-image", "video": "text-to-video", "audio": "text-to-audio"}[model.gives]
    facts = {"display_name": title, "category": category, "description": model.about, "status": "active"}
    about: dict[str, Any] = {"endpoint_id": model.name, "metadata": facts}
    return {**about, "openapi": _document(model)} if with_schema else about


def _document(model: SimulatedModel) -> dict[str, Any]:
    schemas: dict[str, Any] = {
        "ModelInput": {
            "title": "ModelInput",
            "type": "object",
            "x-fal-order-properties": list(model.fields),
            "properties": {name: _property(name, part) for name, part in model.fields.items()},
            "required": [name for name, part in model.fields.items() if part.get("required")],
        },
        "ModelOutput": {"title": "ModelOutput", "type": "object", "properties": {_result(model): {"title": "Result"}}},
        "ImageSize": {
            "title": "ImageSize",
            "type": "object",
            "properties": {side: {"type": "integer", "default": 512} for side in ("width", "height")},
        },
    }
    body = {"required": True, "content": _json("ModelInput")}
    result = {"responses": {"200": {"description": "Result of the request.", "content": _json("ModelOutput")}}}
    paths = {
        f"/{model.name}": {"post": {"requestBody": body}},
        f"/{model.name}/requests/{{request_id}}": {"get": result},
    }
    info = {"title": "Queue OpenAPI", "version": "1.0.0", "x-fal-metadata": {"endpointId": model.name}}
    return {"openapi": "3.0.4", "info": info, "components": {"schemas": schemas}, "paths": paths}


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _result(model: SimulatedModel) -> str:
    return {"image": "images", "video": "video", "audio": "audio"}[model.gives]


def _property(name: str, part: Any) -> dict[str, Any]:
    told = {"title": name.replace("_", " ").title(), "description": part.get("about", "")}
    told |= {"default": part["default"]} if "default" in part else {}
    if "enum" in part:
        return {**told, "type": "string", "enum": list(part["enum"])}
    bounds = {ours: part[short] for short, ours in (("min", "minimum"), ("max", "maximum")) if short in part}
    match part["type"]:
        case "size":
            size = {"$ref": "#/components/schemas/ImageSize"}
            return {**told, "anyOf": [size, {"type": "string", "enum": list(_SIZES)}]}
        case "file":
            return {**told, "type": "string"}
        case "files":
            return {**told, "type": "array", "items": {"type": "string"}}
        case "integer" if "default" not in part and not part.get("required"):
            return {**told, "anyOf": [{"type": "integer", **bounds}, {"type": "null"}]}
        case kind:
            return {**told, "type": kind, **bounds}
