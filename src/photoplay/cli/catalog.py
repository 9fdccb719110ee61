"""`photoplay models`, `photoplay voices`, `photoplay presets` and `photoplay assets`: what is on offer and what is kept."""

import json
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import typer

from photoplay.cli._app import DataOption, app, run, settings_for

if TYPE_CHECKING:
    from photoplay.core.settings import Settings

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
models_app = typer.Typer(help="Models on offer, and those that you add.", invoke_without_command=True)
app.add_typer(models_app, name="models")


@models_app.callback()
def models(
    context: typer.Context,
    operation: Annotated[str | None, typer.Option(help="Only models that do this operation.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that cannot be ordered any more.")] = False,
    ending: Annotated[bool, typer.Option("--ending", help="Those that end, and who still uses them.")] = False,
    as_json: _Json = False,
    data: DataOption = None,
) -> None:
    """List the models on offer: what they do, their price and speed, until when, and whether a key is needed.

    Its commands are for models of your own.
    """
    if context.invoked_subcommand is None:
        settings = settings_for(data)
        run(_endings(settings, as_json) if ending else _models(settings, operation, as_json, every=every))


@app.command()
def presets(
    operation: Annotated[str | None, typer.Option(help="Only presets for this operation.")] = None,
    as_json: _Json = False,
    data: DataOption = None,
) -> None:
    """List presets, yours first, with the words they add. `generate --preset NAME` uses one."""
    run(_presets(settings_for(data), operation, as_json))


@app.command()
def assets(
    kind: Annotated[str | None, typer.Option(help="image, video or audio.")] = None,
    words: Annotated[str, typer.Option("--search", help="Words of the prompt or title.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many.")] = 20,
    as_json: _Json = False,
    data: DataOption = None,
) -> None:
    """List what is kept, the newest first."""
    run(_assets(settings_for(data), {"kind": kind, "q": words or None, "limit": limit}, as_json))


@app.command()
def voices(
    provider: Annotated[str | None, typer.Option(help="Only those of this vendor.")] = None,
    as_json: _Json = False,
    data: DataOption = None,
) -> None:
    """List the voices to speak with. `generate --operation text-to-speech --param voice=NAME` uses one."""
    run(_voices(settings_for(data), provider, as_json))


async def _voices(settings: "Settings", provider: str | None, as_json: bool) -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        path = "/api/v1/voices" + (f"?{urlencode({'provider': provider})}" if provider else "")
        items = (await client.call("GET", path))["items"]
    if as_json:
        _print_json(items)
        return
    rows = [[one["name"], one["about"], one["voice"], ", ".join(one["models"])] for one in items]
    _print_table(("Voice", "Sounds", "Id", "Speaks with it"), rows)


async def _models(settings: "Settings", operation: str | None, as_json: bool, *, every: bool) -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        path = "/api/v1/models" + (f"?{urlencode({'operation': operation})}" if operation else "")
        items = (await client.call("GET", path))["items"]
    if as_json:
        _print_json(items)
        return
    if not every:
        items = [one for one in items if one["lifecycle"]["state"] in ("active", "deprecated")]
    _print_table(("Model", "Does", "Price", "Takes", "State", "Key"), [_model_row(one) for one in items])


async def _endings(settings: "Settings", as_json: bool) -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        items = (await client.call("GET", "/api/v1/admin/endings"))["items"]
    if as_json:
        _print_json(items)
        return
    _print_table(("Model", "State", "Instead", "Used by"), [_ending_row(one) for one in items])


def _ending_row(one: dict[str, Any]) -> list[str]:
    heir = f"{one['heir']} ({one['heir_price_text']} instead of {one['price_text']})" if one["heir"] else ""
    presets = [f"preset {preset['name']}" for preset in one["presets"]]
    orders = [
        f"{use['owner']}{', key ' + use['key'] if use['key'] else ''}: {use['count']} in 30 days"
        for use in one["orders"]
    ]
    return [one["model"], _state_words(one["lifecycle"]), heir, "; ".join([*presets, *orders]) or "nobody"]


def _state_words(life: dict[str, Any]) -> str:
    when = life["until"] or life["since"] if life["state"] in ("deprecated", "retired") else None
    return f"{life['state']} {when}" if when else str(life["state"])


async def _presets(settings: "Settings", operation: str | None, as_json: bool) -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        path = "/api/v1/presets" + (f"?{urlencode({'operation': operation})}" if operation else "")
        items = (await client.call("GET", path))["items"]
    if as_json:
        _print_json(items)
        return
    rows = [[one["name"], one["category"].replace("_", " "), one["words"]] for one in items]
    _print_table(("Preset", "Category", "Words"), rows)


def _model_row(one: dict[str, Any]) -> list[str]:
    seconds = one["typical_seconds"].values()
    return [
        one["id"],
        ", ".join(one["operations"]),
        one["price_text"],
        f"{min(seconds):g} s" if seconds else "",
        _state_words(one["lifecycle"]),
        "needed" if one["needs_key"] else "",
    ]


async def _assets(settings: "Settings", query: dict[str, Any], as_json: bool) -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        path = "/api/v1/assets?" + urlencode({name: value for name, value in query.items() if value is not None})
        items = (await client.call("GET", path))["items"]
    if as_json:
        _print_json(items)
        return
    rows = [[one["id"], one["kind"], one["created_at"][:16].replace("T", " "), one["title"]] for one in items]
    _print_table(("Asset", "Kind", "Made (UTC)", "Title"), rows)


def _print_json(items: list[Any]) -> None:
    typer.echo(json.dumps(items, indent=2, ensure_ascii=False))


def _print_table(columns: tuple[str, ...], rows: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    # What is copied into the next command is never cut, however narrow the window is.
    table = Table(Column(columns[0], no_wrap=True), *columns[1:], box=None, header_style="bold")
    for row in rows:
        table.add_row(*row)
    Console().print(table if rows else "Nothing yet.")
