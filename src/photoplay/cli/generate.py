"""`photoplay generate` and `photoplay quote`: media from the command line, with the price first."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from photoplay.cli._app import DataOption, app, run, settings_for
from photoplay.cli._times import moment

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
_Models = Annotated[str, typer.Option("--models", help="Several model ids with commas: one of each, at one price.")]
_Matrix = Annotated[
    bool, typer.Option("--matrix", help="Make one of each: {a|b} in the prompt, and a|b as the value of a --param.")
]
_Ceiling = Annotated[
    str | None, typer.Option("--ceiling", help="The most it may cost: dollars, or credits where you have credits.")
]
_Campaign = Annotated[str, typer.Option("--campaign", help="The campaign that it is charged to, by its name or id.")]
_Input = Annotated[list[str] | None, typer.Option("--input", help="An input as role=asset-id or role=file.")]


@app.command()
def generate(
    prompt: Annotated[str, typer.Argument(help="What to make, in words.")] = "",
    operation: _Operation = "text-to-image",
    model: _Model = "auto",
    models: _Models = "",
    param: _Param = None,
    matrix: _Matrix = False,
    preset: _Preset = None,
    inputs: _Input = None,
    campaign: _Campaign = "",
    at: Annotated[
        str, typer.Option("--at", help="When it may begin: 18:00, or 2027-01-31T18:00. The price is held from now on.")
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help="A folder to save the result in.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Spend without asking.")] = False,
    data: DataOption = None,
) -> None:
    """Make a picture, a film, a voice or music. Asks before it spends."""
    wanted = _request(prompt, operation, model, param) | {"presets": preset or [], "campaign_id": campaign or None}
    if at:
        wanted["run_at"] = moment(at)
    if models or matrix:
        from photoplay.cli import _batching

        batch = {"items": [_several(wanted, models, matrix=matrix) | {"inputs": _refs(inputs or [])}]}
        run(_batching.make_batch(settings_for(data), batch, out=out, as_json=as_json, yes=yes))
        return
    from photoplay.cli import _making

    run(_making.generate(settings_for(data), wanted, inputs or [], out=out, as_json=as_json, yes=yes))


@app.command()
def quote(
    prompt: Annotated[str, typer.Argument(help="What to make, in words.")] = "",
    operation: _Operation = "text-to-image",
    model: _Model = "auto",
    models: _Models = "",
    param: _Param = None,
    matrix: _Matrix = False,
    preset: _Preset = None,
    inputs: _Input = None,
    campaign: _Campaign = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the quote as JSON.")] = False,
    data: DataOption = None,
) -> None:
    """Say what it would cost. Nothing is ordered."""
    wanted = _request(prompt, operation, model, param) | {"presets": preset or [], "campaign_id": campaign or None}
    if models or matrix:
        from photoplay.cli import _batching

        batch = {"items": [_several(wanted, models, matrix=matrix) | {"inputs": _refs(inputs or [])}]}
        run(_batching.quote_batch(settings_for(data), batch, as_json=as_json))
        return
    from photoplay.cli import _making

    run(_making.quote(settings_for(data), wanted, inputs or [], as_json=as_json))


@app.command()
def batch(
    file: Annotated[Path, typer.Argument(help="Items as JSON or TOML: a list, or `items` and a `ceiling`.")],
    out: Annotated[Path | None, typer.Option("--out", help="A folder to save the results in.")] = None,
    ceiling: _Ceiling = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the batch as JSON.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Spend without asking.")] = False,
    data: DataOption = None,
) -> None:
    """Make all items of a file at one price, as a whole or not at all. Asks before it spends."""
    from photoplay.cli import _batching

    settings = settings_for(data)
    run(_batching.make_batch_of(settings, file, ceiling=ceiling, out=out, as_json=as_json, yes=yes))


def _several(wanted: dict[str, Any], models: str, *, matrix: bool) -> dict[str, Any]:
    """The request as a matrix: of models, and of what the prompt and the settings leave open."""
    params = dict(wanted["params"])
    lists: dict[str, list[Any]] = {}
    if matrix:
        lists = {name: value.split("|") for name, value in params.items() if name != "prompt" and _is_list(value)}
    varied = {name: [_value(text) for text in texts] for name, texts in lists.items()}
    if models:
        varied["model"] = [model.strip() for model in models.split(",") if model.strip()]
    if not matrix and "prompt" in params:
        varied["prompt"] = [params["prompt"]]
    return wanted | {"params": {name: value for name, value in params.items() if name not in varied}, "matrix": varied}


def _is_list(value: object) -> bool:
    return isinstance(value, str) and "|" in value


def _refs(given: list[str]) -> dict[str, Any]:
    """The inputs of an item: assets, and files that are uploaded first."""
    refs = {}
    for entry in given:
        role, separator, value = entry.partition("=")
        if not separator:
            raise typer.BadParameter(f'"{entry}" is not role=asset-id or role=file.')
        refs[role] = {"asset" if value.startswith("ast_") else "file": value}
    return refs


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
