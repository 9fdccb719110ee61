"""`photoplay models add` and its sisters: models of your own beside those that come along."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoplay.cli._app import DataOption, fail, run, settings_for
from photoplay.cli.catalog import models_app
from photoplay.core.errors import BadInput

if TYPE_CHECKING:
    from photoplay.core.settings import Settings

ADDED = "/api/v1/admin/models"
_Model = Annotated[str, typer.Argument(help="Its id, as `photoplay models list` shows it.")]


@models_app.command("add")
def add(
    provider: Annotated[str, typer.Argument(help="Who has it: replicate, fal, custom-comfyui, diffusers, ...")],
    reference: Annotated[str, typer.Argument(help="What names it there, such as owner/name.")],
    title: Annotated[str, typer.Option(help="What people read. Default: as its vendor calls it.")] = "",
    price: Annotated[str | None, typer.Option(help="What it costs you, such as 0.04/image or 0.002/second.")] = None,
    workflow: Annotated[Path | None, typer.Option(help="ComfyUI: the file of Workflow, Export (API).")] = None,
    place: Annotated[list[str] | None, typer.Option(help="ComfyUI: prompt=6.text. May be repeated.")] = None,
    lora: Annotated[list[str] | None, typer.Option(help="diffusers: file.safetensors=0.8. May be repeated.")] = None,
    data: DataOption = None,
) -> None:
    """Add a model: its vendor is asked what it takes, and it is on offer at once."""
    given: dict[str, Any] = {}
    if workflow is not None:
        given = {"workflow": _text_of(workflow), "places": "\n".join(place or ())}
    if lora:
        given["loras"] = "\n".join(lora)
    body = {"provider": provider, "reference": reference, "title": title, "given": given, "prices": _prices(price)}
    run(_add(settings_for(data), body))


@models_app.command("list")
def list_added(data: DataOption = None) -> None:
    """List the models that you added, with what keeps one from being ordered."""
    run(_added(settings_for(data)))


@models_app.command("price")
def price(
    model: _Model,
    price: Annotated[str, typer.Argument(help="Such as 0.04/image; `vendor` for what its vendor tells.")],
    data: DataOption = None,
) -> None:
    """Say what an added model costs you."""
    prices = [] if price == "vendor" else _prices(price)
    run(_change(settings_for(data), "PATCH", model, {"prices": prices}))


@models_app.command("refresh")
def refresh(model: _Model, data: DataOption = None) -> None:
    """Ask the vendor of an added model again what it takes."""
    run(_change(settings_for(data), "POST", model, {}, path="/refresh"))


@models_app.command("remove")
def remove(model: _Model, data: DataOption = None) -> None:
    """Take an added model from the offer. What it made stays."""
    run(_remove(settings_for(data), model))


async def _add(settings: "Settings", body: dict[str, Any]) -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        _tell(await client.call("POST", ADDED, body))


async def _added(settings: "Settings") -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        items = (await client.call("GET", ADDED))["items"]
    for one in items:
        _tell(one)
    if not items:
        typer.echo("Nothing was added yet. `photoplay models add --help` says how.")


async def _change(settings: "Settings", method: str, model: str, body: dict[str, Any], *, path: str = "") -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        found = await _id_of(client, model)
        _tell(await client.call(method, f"{ADDED}/{found}{path}", body))


async def _remove(settings: "Settings", model: str) -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        await client.call("DELETE", f"{ADDED}/{await _id_of(client, model)}")
    typer.echo(f"{model} is no longer on offer. What it made is kept.")


async def _id_of(client: Any, model: str) -> str:
    items = (await client.call("GET", ADDED))["items"]
    found = next((one["id"] for one in items if model in (one["model"], one["id"], one["title"])), None)
    if found is None:
        raise BadInput(f'You added no model "{model}". `photoplay models list` shows those that you added.')
    return str(found)


def _tell(one: dict[str, Any]) -> None:
    typer.echo(f"{one['model']}  {', '.join(one['operations'])}  {one['price_text']}  {one['title']}")
    if one["problem"]:
        typer.echo(f"  {one['problem']}")


def _prices(text: str | None) -> list[dict[str, str]]:
    """`0.04/image` as the API takes it; the studio checks number and unit."""
    if text is None:
        return []
    cost, _, unit = text.removeprefix("$").partition("/")
    return [{"cost_usd": cost, "unit": unit or "run"}]


def _text_of(path: Path) -> str:
    try:
        json.loads(text := path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        fail(BadInput(f"{path} cannot be read as a workflow: {error}"))
    return text
