"""`photoplay providers`: vendors and how they are; switched off and on."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoplay.cli._app import DataOption, app, run, settings_for

if TYPE_CHECKING:
    from photoplay.core.settings import Settings

providers_app = typer.Typer(help="Vendors: how they are, and whether anything is ordered there.", no_args_is_help=True)
app.add_typer(providers_app, name="providers")
_ADMIN = "/api/v1/admin/providers"
_Provider = Annotated[str, typer.Argument(help="Its name, as `photoplay providers list` shows it.")]


@providers_app.command("list")
def list_providers(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False, data: DataOption = None
) -> None:
    """List the vendors: which can be used, and of the others why not."""
    run(_list(settings_for(data), as_json))


@providers_app.command("off")
def off(provider: _Provider, data: DataOption = None) -> None:
    """Order nothing more from a vendor; orders that are out are followed to their end."""
    run(_change(settings_for(data), provider, {"is_on": False}))


@providers_app.command("on")
def on(provider: _Provider, data: DataOption = None) -> None:
    """Order from a vendor again."""
    run(_change(settings_for(data), provider, {"is_on": True}))


@providers_app.command("usual")
def usual(
    provider: _Provider,
    operation: Annotated[str, typer.Argument(help="For what, as text-to-image.")],
    model: Annotated[str, typer.Argument(help="The model; nothing: the studio chooses among the vendor's.")] = "",
    data: DataOption = None,
) -> None:
    """Set the model that is meant where `--model` names the vendor alone."""
    run(_change(settings_for(data), provider, {"default_models": {operation: model or None}}))


async def _list(settings: "Settings", as_json: bool) -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        items = (await client.call("GET", "/api/v1/providers"))["items"]
    if as_json:
        typer.echo(json.dumps(items, indent=2, ensure_ascii=False))
        return
    for one in items:
        typer.echo(f"{one['name']}  {_words(one)}{'  ' + one['message'] if one['message'] else ''}")


async def _change(settings: "Settings", provider: str, changes: dict[str, Any]) -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        one = await client.call("PATCH", f"{_ADMIN}/{provider}", changes)
    typer.echo(f"{one['title']}: {_words(one)}.")


def _words(one: dict[str, Any]) -> str:
    usual = ", ".join(f"{operation} {model}" for operation, model in one["default_models"].items())
    state = one["state"].replace("_", " ")
    return f"{state}, usually {usual}" if usual else str(state)
