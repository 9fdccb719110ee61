"""Pages about the doors: the HTTP API and the command line."""

from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pkgutil import iter_modules
from types import SimpleNamespace
from typing import Any

import typer

from photoplay.core.settings import Settings
from tools.reference.markdown import code, first_paragraph, page, table

METHODS = ("get", "post", "put", "patch", "delete")
Schema = dict[str, Any]
Command = Any
"""Typer ships a Click of its own under a private name."""


def api_page() -> str:
    """Every route of the API, from the OpenAPI schema that the studio serves."""
    about = (
        "Sign requests with `Authorization: Bearer pp_...`. The whole schema is at `/api/v1/openapi.json` of a running "
        "studio, and can be read at `/docs` without the internet. Errors are listed in [errors](errors.md)."
    )
    parts = [f"## {tag}\n\n" + "\n\n".join(_route(*route) for route in group) for tag, group in _by_tag(api_routes())]
    return page("API", about, *parts)


def api_routes() -> list[tuple[str, str, Schema]]:
    """Method, path and operation of every route under /api and of the bare ones programs use."""
    create_app = import_module("photoplay.web.app").create_app
    schema: Schema = create_app(SimpleNamespace(settings=Settings())).openapi()
    return [
        (method.upper(), path, operations[method])
        for path, operations in schema["paths"].items()
        for method in METHODS
        if method in operations
    ]


def _by_tag(routes: list[tuple[str, str, Schema]]) -> Iterator[tuple[str, Iterator[tuple[str, str, Schema]]]]:
    def tag_of(route: tuple[str, str, Schema]) -> str:
        return str((route[2].get("tags") or ["other"])[0])

    return groupby(sorted(routes, key=lambda route: (tag_of(route), route[1])), key=tag_of)


def _route(method: str, path: str, operation: Schema) -> str:
    rows = [
        (code(part["name"]), part["in"], _kind(part.get("schema", {})), part.get("description", ""))
        for part in operation.get("parameters", [])
    ]
    words = f"{operation.get('summary', '')}. {first_paragraph(operation.get('description'))}".strip(". ") + "."
    takes = [f"Takes {code(_kind(body))}." for body in _bodies(operation.get("requestBody", {}))]
    gives = [
        f"Gives {code(_kind(body))}." for body in _bodies(operation.get("responses", {}).get("200", {})) if _kind(body)
    ]
    lines = [f"### `{method} {path}`", " ".join([words, *takes, *gives])]
    return "\n\n".join([*lines, table(["Parameter", "In", "Type", "Means"], rows)] if rows else lines)


def _bodies(answer: Schema) -> list[Schema]:
    return [media["schema"] for media in answer.get("content", {}).values() if media.get("schema")]


def _kind(schema: Schema) -> str:
    if either := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(filter(None, map(_kind, either)))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("$ref", schema.get("type", ""))).rpartition("/")[2]


def cli_page() -> str:
    """Every command with its arguments and options."""
    parts = [_command(name, command) for name, command in commands()]
    about = "`photoplay --help` and `photoplay COMMAND --help` say the same in a terminal."
    return page("Command line", about, *parts)


def commands() -> list[tuple[str, Command]]:
    """Every command of the program by its full name."""
    package = import_module("photoplay.cli")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    root = typer.main.get_command(import_module("photoplay.cli._app").app)
    return sorted(_leaves("photoplay", root))


def _leaves(name: str, command: Command) -> Iterator[tuple[str, Command]]:
    if getattr(command, "invoke_without_command", False):
        yield name, command
    if hasattr(command, "commands"):
        for child, inner in command.commands.items():
            yield from _leaves(f"{name} {child}", inner)
    else:
        yield name, command


def _command(name: str, command: Command) -> str:
    rows = [
        (code(_written(part)), "required" if part.required else _default(part), getattr(part, "help", "") or "")
        for part in command.params
        if part.name != "help"
    ]
    lines = [f"## {name}", first_paragraph(command.help)]
    return "\n\n".join([*lines, table(["Argument or option", "Default", "Means"], rows)] if rows else lines)


def _written(part: Any) -> str:
    return (part.name or "").upper() if part.param_type_name == "argument" else ", ".join(part.opts)


def _default(part: Any) -> str:
    return "" if part.default in (None, False, (), []) or callable(part.default) else code(part.default)
