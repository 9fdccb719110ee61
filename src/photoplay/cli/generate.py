"""`photoplay generate` and `photoplay quote`: media from the command line, with the price first."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from photoplay.cli._app import DataOption, app, run, settings_for

_Operation = Annotated[
    str, typer.Option("--operation", help="What to make: text-to-image, text-to-video, text-to-speech ...")
]
_Model = Annotated[str, typer.Option("--model", help='A model id, or "auto" for the cheapest.')]
_Param = Annotated[
    list[str] | None, typer.Option("--param", help="A setting as name=value. May be given several times.")
]
_Preset = Annotated[
    list[str] | None, typer.Option("--preset", help="A preset by its name. May be given several times.")
]
_Input = Annotated[list[str] | None, typer.Option("--input", help="An input as role=asset-id or role=file.")]


@app.command()
def generate(
    prompt: Annotated[str, typer.Argument(help="What to make, in words.")] = "",
    operation: _Operation = "text-to-image",
    model: _Model = "auto",
    param: _Param = None,
    preset: _Preset = None,
    inputs: _Input = None,
    out: Annotated[Path | None, typer.Option("--out", help="A folder to save the result in.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Spend without asking.")] = False,
    data: DataOption = None,
) -> None:
    """Make a picture, a film, a voice or music. Asks before it spends."""
    from photoplay.cli import _making

    wanted = _request(prompt, operation, model, param) | {"presets": preset or []}
    run(_making.generate(settings_for(data), wanted, inputs or [], out=out, as_json=as_json, yes=yes))


@app.command()
def quote(
    prompt: Annotated[str, typer.Argument(help="What to make, in words.")] = "",
    operation: _Operation = "text-to-image",
    model: _Model = "auto",
    param: _Param = None,
    preset: _Preset = None,
    inputs: _Input = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the quote as JSON.")] = False,
    data: DataOption = None,
) -> None:
    """Say what it would cost. Nothing is ordered."""
    from photoplay.cli import _making

    wanted = _request(prompt, operation, model, param) | {"presets": preset or []}
    run(_making.quote(settings_for(data), wanted, inputs or [], as_json=as_json))


def _request(prompt: str, operation: str, model: str, param: list[str] | None) -> dict[str, Any]:
    params: dict[str, Any] = {"prompt": prompt} if prompt else {}
    for entry in param or []:
        name, separator, value = entry.partition("=")
        if not separator:
            raise typer.BadParameter(f'"{entry}" is not name=value.')
        params[name] = _value(value)
    return {"operation": operation, "model": model, "params": params}


def _value(text: str) -> Any:
    """Numbers, true, false and null as in JSON; everything else is text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
