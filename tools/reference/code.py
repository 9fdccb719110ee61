"""Pages about what stands in the code itself: settings, operations, errors, events."""

import ast
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args

import photoplay
from photoplay.core.errors import PhotoplayError
from photoplay.core.settings import Settings
from photoplay.generation.answers import answer_rules
from photoplay.operations import Operation, all_operations
from tools.reference.markdown import code, first_paragraph, page, table

PACKAGE = Path(photoplay.__file__).parent


def settings_page() -> str:
    """Every setting, with the variable that sets it."""
    rows = [(code(name), kind, default, about) for name, kind, default, about in settings()]
    about = "Read once at the start, from the environment. What an admin changes is kept in the database instead."
    return page("Settings", about, table(["Variable", "Type", "Default", "What it decides"], rows))


def settings() -> Iterator[tuple[str, str, str, str]]:
    """Variable, type, default, description."""
    prefix = Settings.model_config.get("env_prefix", "")
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias) if field.validation_alias else f"{prefix}{name}".upper()
        default = "" if field.default is None else code(_as_written(field.default))
        yield variable, code(_type_name(field.annotation)), default, field.description or ""


def _as_written(value: object) -> object:
    return json.dumps(value) if isinstance(value, tuple) else value


def _type_name(annotation: object) -> str:
    plain = annotation.__name__ if isinstance(annotation, type) and not get_args(annotation) else str(annotation)
    return plain.replace("pydantic.types.", "").replace("typing.", "")


def operations_page() -> str:
    """Every operation with its inputs and params."""
    parts = [_operation(operation) for operation in all_operations()]
    about = (
        "What can be asked for. A model may narrow the params and add options of its own; `GET /api/v1/models` tells."
    )
    return page("Operations", about, *parts)


def _operation(operation: Operation) -> str:
    schema = operation.params.model_json_schema()
    required = schema.get("required", [])
    rows = [
        (
            code(name),
            code(_kind(part)),
            "required" if name in required else code(part.get("default")),
            part.get("description", ""),
        )
        for name, part in schema.get("properties", {}).items()
    ]
    roles = ", ".join(
        f"`{role.name}` ({role.kind.value}{'' if role.required else ', optional'})" for role in operation.roles
    )
    lines = [
        f"## {operation.name}",
        f"{operation.about} Gives: {operation.output.value}." + (f" Takes: {roles}." if roles else ""),
    ]
    return "\n\n".join([*lines, table(["Param", "Type", "Default", "Means"], rows) if rows else "No params."])


def _kind(part: dict[str, object]) -> str:
    options = part.get("anyOf") or [part]
    assert isinstance(options, list)
    return " or ".join(str(option.get("type", option.get("$ref", "value"))).rpartition("/")[2] for option in options)


def errors_page() -> str:
    """Every error code that a door may answer with."""
    rows = [
        (code(error.code), error.status, "yes" if error.retryable else "", first_paragraph(error.__doc__))
        for error in errors()
    ]
    about = (
        'An error is `{"error": {"code", "message", "retryable", "fields"?, "docs"}}`. The code is stable; the message '
        "is a sentence for people. Retryable: the same request may succeed later."
    )
    return page("Errors", about, table(["Code", "Status", "Retryable", "When"], rows))


def errors() -> list[type[PhotoplayError]]:
    """Every class of the tree, by status and code."""
    for path in PACKAGE.rglob("*.py"):
        if "from photoplay.core.errors import" in path.read_text("utf-8"):
            import_module(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"))
    found = {error.code: error for error in reversed(list(_descendants(PhotoplayError)))}
    return sorted(found.values(), key=lambda error: (error.status, error.code))


def _descendants(parent: type[PhotoplayError]) -> Iterator[type[PhotoplayError]]:
    yield parent
    for child in parent.__subclasses__():
        yield from _descendants(child)


def events_page() -> str:
    """Every fact that is recorded."""
    rows = [(code(name), about) for name, about in sorted(events().items())]
    about = (
        "Facts, each with a number per owner, gapless, kept for the days that `PHOTOPLAY_EVENT_DAYS` says. Programs "
        "read `GET /api/v1/events` and resume with `Last-Event-ID`; the studio listens on a WebSocket. Progress is not "
        "an event: it comes live, without a number, and stands in the row."
    )
    return page("Events", about, table(["Event", "When"], rows))


def events() -> dict[str, str]:
    """Event names with what the function that records them says of itself."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text("utf-8")
        if "events.record(" in source or "import record" in source:
            for function in ast.walk(ast.parse(source)):
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    about = first_paragraph(ast.get_docstring(function))
                    found |= dict.fromkeys(_names_in(function), about)
    return found


def _names_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and "_log" not in ast.unparse(call.func):
            for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and _is_event(argument.value):
                    yield argument.value


def _is_event(text: str) -> bool:
    noun, dot, verb = text.partition(".")
    return bool(dot) and noun.isalpha() and noun.islower() and verb.replace("_", "").isalpha() and verb.islower()


def answers_page() -> str:
    """What follows each answer of a vendor, from the table that the studio itself goes by."""
    titles = {
        "submit": "To an order, sent for the first time",
        "repeat": "To the same order, sent again under its key after a lost answer",
        "check": "When a taken order is asked for",
        "find": "When an order is searched for whose answer was lost",
    }
    about = (
        "Which answer of a vendor leads to what. An answer that is not listed proves nothing, and an order of which nothing "
        "is proved is never sent again blindly. A test walks every row."
    )
    parts = []
    for moment, title in titles.items():
        rows = [
            (code(rule.answer), "yes" if rule.is_proof else "no", rule.then, code(rule.code) if rule.code else "")
            for rule in answer_rules()
            if rule.moment == moment
        ]
        parts.append(f"## {title}\n\n{table(['Answer', 'Proof', 'What follows', 'Code of the failure'], rows)}")
    return page("Answers of vendors", about, *parts)
