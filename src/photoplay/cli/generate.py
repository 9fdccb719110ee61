"""`photoplay generate` and `photoplay quote`: media from the command line, with the price first."""

import asyncio
import re
import secrets
import sys
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from photoplay.cli._app import DataOption, app, run, settings_for
from photoplay.cli._client import Client, studio
from photoplay.core.errors import BadInput
from photoplay.core.money import in_words
from photoplay.core.settings import Settings

FINAL: Final = ("succeeded", "failed", "cancelled")
POLL_SECONDS: Final = 0.3
_console = Console(stderr=True)
_Operation = Annotated[
    str, typer.Option("--operation", help="What to make: text-to-image, text-to-video, text-to-speech ...")
]
_Model = Annotated[str, typer.Option("--model", help='A model id, or "auto" for the cheapest.')]
_Param = Annotated[
    list[str] | None, typer.Option("--param", help="A setting as name=value. May be given several times.")
]
_Input = Annotated[list[str] | None, typer.Option("--input", help="An input as role=asset-id or role=file.")]


@app.command()
def generate(
    prompt: Annotated[str, typer.Argument(help="What to make, in words.")] = "",
    operation: _Operation = "text-to-image",
    model: _Model = "auto",
    param: _Param = None,
    inputs: _Input = None,
    out: Annotated[Path | None, typer.Option("--out", help="A folder to save the result in.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Spend without asking.")] = False,
    data: DataOption = None,
) -> None:
    """Make a picture, a film, a voice or music. Asks before it spends."""
    wanted = _request(prompt, operation, model, param)
    run(_generate(settings_for(data), wanted, inputs or [], out=out, as_json=as_json, yes=yes))


@app.command()
def quote(
    prompt: Annotated[str, typer.Argument(help="What to make, in words.")] = "",
    operation: _Operation = "text-to-image",
    model: _Model = "auto",
    param: _Param = None,
    inputs: _Input = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the quote as JSON.")] = False,
    data: DataOption = None,
) -> None:
    """Say what it would cost. Nothing is ordered."""
    wanted = _request(prompt, operation, model, param)
    run(_quote(settings_for(data), wanted, inputs or [], as_json))


async def _quote(settings: Settings, wanted: dict[str, Any], inputs: list[str], as_json: bool) -> None:
    async with studio(settings) as client:
        wanted["inputs"] = await _inputs(client, inputs)
        found = await client.call("POST", "/api/v1/quotes", wanted)
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    _tell_quote(found)


async def _generate(
    settings: Settings, wanted: dict[str, Any], inputs: list[str], *, out: Path | None, as_json: bool, yes: bool
) -> None:
    async with studio(settings) as client:
        wanted["inputs"] = await _inputs(client, inputs)
        found = await client.call("POST", "/api/v1/quotes", wanted)
        _tell_quote(found)
        if Decimal(found["total_cost_usd"]) > 0 and not yes:
            typer.confirm("Spend it?", abort=True, err=True)
        key = secrets.token_urlsafe(16)
        wanted["quote"] = found["token"]
        made = await client.call("POST", "/api/v1/generations", wanted, headers={"Idempotency-Key": key})
        made = await _follow(client, made)
        saved = await _save(client, made, out) if out is not None else []
    _tell_result(made, saved, as_json)


async def _follow(client: Client, made: dict[str, Any]) -> dict[str, Any]:
    """Shows the progress until it has ended; Ctrl-C cancels it at the studio."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rest]}"))
    path = f"/api/v1/generations/{made['id']}"
    with Progress(*columns, console=_console, transient=True) as bar:
        task = bar.add_task("Queued", total=100, rest="")
        try:
            while made["status"] not in FINAL:
                bar.update(task, completed=made["progress"] or 0, description=_word(made), rest=_rest(made))
                await asyncio.sleep(POLL_SECONDS)
                made = await client.call("GET", path)
        except asyncio.CancelledError:
            await client.call("POST", f"{path}/cancel")
            raise
    return made


def _word(made: dict[str, Any]) -> str:
    if made["status"] == "queued":
        return f"Queued, place {made['queue_position'] or 1}"
    return str(made["word"] or made["phase"] or made["status"]).capitalize()


def _rest(made: dict[str, Any]) -> str:
    left = made["seconds_left"]
    if left is None:
        return ""
    return f"{'about ' if made['seconds_left_is_estimate'] else ''}{max(1, round(left))} s left"


async def _save(client: Client, made: dict[str, Any], out: Path) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    saved = []
    for asset in made["assets"]:
        name = re.sub(r"[^\w]+", "-", asset["title"].lower()).strip("-")[:60] or "result"
        target = _free_name(out, name, asset["files"]["original"].rsplit(".", 1)[-1])
        await client.download(asset["files"]["original"], target)
        saved.append(target)
    return saved


def _free_name(folder: Path, name: str, ending: str) -> Path:
    target, number = folder / f"{name}.{ending}", 2
    while target.exists():
        target, number = folder / f"{name}-{number}.{ending}", number + 1
    return target


def _tell_quote(found: dict[str, Any]) -> None:
    for notice in found["notices"]:
        _console.print(notice["message"], style="yellow", highlight=False)
    price = in_words(Decimal(found["total_cost_usd"]))
    seconds = max(1, round(found["estimated_seconds"]))
    _console.print(f"{found['model_name']}: {price}, about {seconds} s.", highlight=False)


def _tell_result(made: dict[str, Any], saved: list[Path], as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps(made | {"saved": [str(path) for path in saved]}, option=orjson.OPT_INDENT_2).decode())
    if made["status"] != "succeeded":
        message = made["error"]["message"] if made["error"] else "Cancelled."
        sys.stderr.write(f"{message}\n")
        raise typer.Exit(1)
    if not as_json:
        for line in saved or [asset["id"] for asset in made["assets"]]:
            typer.echo(str(line))


async def _inputs(client: Client, given: list[str]) -> dict[str, Any]:
    found = {}
    for entry in given:
        role, separator, value = entry.partition("=")
        if not separator:
            raise BadInput(f'"{entry}" is not role=asset-id or role=file.')
        found[role] = {"asset": value if value.startswith("ast_") else await _upload(client, Path(value))}
    return found


async def _upload(client: Client, path: Path) -> str:
    if not path.is_file():
        raise BadInput(f'There is no file "{path}".')
    headers = {"Content-Type": "application/octet-stream", "X-Upload-Name": path.name}
    asset = await client.send_file("/api/v1/assets", path, headers)
    return str(asset["id"])


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
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
