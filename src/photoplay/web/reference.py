"""The API reference as data for its page: the OpenAPI document by resource, with examples, and every error by its code."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from photoplay.core.errors import PhotoplayError

Schema = Mapping[str, Any]
RESOURCES: Final = {
    "quotes": "The price of a request before anything is spent.",
    "generations": "Ask for media, follow it, take it back, do it again. Each POST may carry an Idempotency-Key.",
    "assets": "Everything that is kept: find it, change it, delete it and bring it back, fetch its files.",
    "models": "What is on offer, with prices and the form of what may be set.",
    "batches": "Several requests as one: one price, one ceiling, all or nothing; later ones may begin with earlier results.",
    "campaigns": "Whom the work is for: clients, their campaigns, and what was spent on each.",
    "presets": "Requests half written: looks, moods and words to begin with, ours and yours.",
    "scenes": "What words mean to the local scenes, for a live canvas.",
    "events": "What happens, as it happens, without polling.",
    "account": "What you have, hold and have spent.",
    "keys": "What programs sign in with.",
    "providers": "Vendors: their keys, limits and health. For the owner.",
    "prices": "Prices and ends of models that the owner sets. For the owner.",
    "jobs": "The queue and those who work on it: hold back, move, send away. For the owner.",
    "uncertain": "Orders whose outcome nobody knows yet, and what to make of them. For the owner.",
    "rescue": "Results that were paid for and are not here yet. For the owner.",
    "admin": "People, plans, added models, usage and drift. For the owner.",
    "health": "For whoever watches over the process.",
}
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_DEEPEST: Final = 3
_WORDS: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "null": "nothing",
}


@dataclass(frozen=True)
class Field:
    """A parameter of a route, or a field of a shape. `links` are the shapes that its type names."""

    name: str
    type: str
    about: str
    required: bool
    place: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """One thing to ask. `takes` and `gives` name shapes."""

    anchor: str
    method: str
    path: str
    title: str
    about: str
    parameters: tuple[Field, ...]
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    example: str


@dataclass(frozen=True)
class Resource:
    """The routes about one thing."""

    name: str
    about: str
    routes: tuple[Route, ...]


@dataclass(frozen=True)
class Shape:
    """What a body consists of."""

    name: str
    about: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class ErrorEntry:
    """One code that an answer may carry."""

    code: str
    status: int
    retryable: bool
    about: str


def resources_of(document: Schema, address: str) -> list[Resource]:
    """The resources of an OpenAPI document, in reading order. `address` is where the examples call."""
    document = _with_choices(document)
    found: dict[str, list[Route]] = {name: [] for name in RESOURCES}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                operation = operations[method]
                tag = (operation.get("tags") or ["health"])[0]
                found.setdefault(tag, []).append(_route(document, address, (method, path), operation))
    return [Resource(name, RESOURCES.get(name, ""), tuple(routes)) for name, routes in found.items() if routes]


def shapes_of(document: Schema) -> list[Shape]:
    """The bodies that routes take and give, by name."""
    schemas = _with_choices(document).get("components", {}).get("schemas", {})
    shapes = []
    for name, schema in sorted(schemas.items()):
        if not name.startswith(("HTTPValidation", "ValidationError")) and "properties" in schema:
            about = _first_paragraph(schema.get("description", ""))
            shapes.append(Shape(name, about, tuple(_fields(schema))))
    return shapes


def error_entries() -> list[ErrorEntry]:
    """Every code that this studio may answer with, by code."""
    found = {
        error.code: ErrorEntry(error.code, error.status, error.retryable, _first_paragraph(error.__doc__ or ""))
        for error in reversed(list(_descendants(PhotoplayError)))
    }
    return [found[code] for code in sorted(found)]


def shape_in_words(name: str) -> str:
    """The name of a shape as people read it: "Page_AssetView_" is "Page of AssetView"."""
    return re.sub(r"^(\w+?)_(\w+)_$", r"\1 of \2", name)


def _with_choices(document: Schema) -> Any:
    """The document with the values of closed sets written out where they are named."""
    schemas = document.get("components", {}).get("schemas", {})

    def _walk(part: Any) -> Any:
        if isinstance(part, list):
            return [_walk(one) for one in part]
        if not isinstance(part, dict):
            return part
        named = schemas.get(str(part.get("$ref", "")).rpartition("/")[2], {})
        return {"enum": named["enum"]} if "enum" in named else {name: _walk(one) for name, one in part.items()}

    return _walk(document)


def _descendants(parent: type[PhotoplayError]) -> Iterator[type[PhotoplayError]]:
    yield parent
    for child in parent.__subclasses__():
        yield from _descendants(child)


def _route(document: Schema, address: str, named: tuple[str, str], operation: Schema) -> Route:
    method, path = named
    answers = operation.get("responses", {})
    body = operation.get("requestBody", {})
    return Route(
        anchor=re.sub(r"[^a-z0-9]+", "-", f"{method} {path.removeprefix('/api/v1')}".lower()).strip("-"),
        method=method.upper(),
        path=path,
        title=operation.get("summary", ""),
        about=_first_paragraph(operation.get("description", "")),
        parameters=tuple(_parameter(one) for one in operation.get("parameters", [])),
        takes=tuple(_links(*_contents(body))),
        gives=tuple(_links(*(schema for code in ("200", "201", "202") for schema in _contents(answers.get(code, {}))))),
        example=_example(document, address, named, _contents(body)),
    )


def _contents(part: Schema) -> list[Schema]:
    return [media["schema"] for media in part.get("content", {}).values() if media.get("schema")]


def _parameter(part: Schema) -> Field:
    schema = part.get("schema", {})
    about = part.get("description") or schema.get("description", "")
    kind = _type(schema).removesuffix(" or nothing")
    return Field(part["name"], kind, _coded(about), part.get("required", False), part["in"], tuple(_links(schema)))


def _fields(schema: Schema) -> Iterator[Field]:
    required = schema.get("required", [])
    for name, part in schema["properties"].items():
        about = _coded(part.get("description", ""))
        yield Field(name, _type(part), about, name in required, links=tuple(_links(part)))


def _type(schema: Schema) -> str:
    """In words: "text", "list of AssetView", "number or nothing"."""
    if "anyOf" in schema or "oneOf" in schema:
        return " or ".join(dict.fromkeys(_type(one) for one in schema.get("anyOf") or schema["oneOf"]))
    if "enum" in schema or "const" in schema:
        return ", ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    if "$ref" in schema:
        return shape_in_words(str(schema["$ref"]).rpartition("/")[2])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return "time" if schema.get("format") == "date-time" else _WORDS.get(schema.get("type", ""), "anything")


def _links(*schemas: Schema) -> list[str]:
    """The names of all shapes that these schemas refer to, in order."""
    names = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(schemas))
    return list(dict.fromkeys(names))


def _example(document: Schema, address: str, named: tuple[str, str], bodies: Iterable[Schema]) -> str:
    method, path = named
    verb = "" if method == "get" else f" -X {method.upper()}"
    lines = [f"curl{verb} {address}{path}", '  -H "Authorization: Bearer $PHOTOPLAY_KEY"']
    for schema in bodies:
        body = json.dumps(_sample(document, schema, 0), ensure_ascii=False)
        lines += ['  -H "Content-Type: application/json"', f"  -d '{body}'"]
    if path == "/api/v1/events":
        lines[0] = lines[0].replace("curl", "curl -N", 1)
    if (method, path) == ("post", "/api/v1/assets"):
        lines += ['  -H "X-Upload-Name: photo.jpg"', "  --data-binary @photo.jpg"]
    return " \\\n".join(lines)


def _sample(document: Schema, schema: Schema, depth: int) -> Any:
    """A value that fits: examples and required fields, as little else as possible."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][str(schema["$ref"]).rpartition("/")[2]]
    if "examples" in schema:
        return schema["examples"][0]
    if first := next(iter(schema.get("anyOf", ()) or schema.get("oneOf", ())), None):
        return _sample(document, first, depth)
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    if "properties" in schema and depth < _DEEPEST:
        wanted = schema.get("required", [])
        return {
            name: _sample(document, part, depth + 1)
            for name, part in schema["properties"].items()
            if name in wanted or "examples" in part
        }
    plain = {"string": "...", "integer": 1, "number": 1, "boolean": True, "array": ["..."]}
    return plain.get(str(schema.get("type")), {})


def _first_paragraph(text: str) -> Markup:
    return _coded(" ".join(text.partition("\n\n")[0].split()))


def _coded(text: str) -> Markup:
    """What stands between backticks is code."""
    parts = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))
