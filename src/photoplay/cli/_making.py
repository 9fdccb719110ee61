"""What `photoplay generate` and `photoplay quote` do: the price, the work followed to its end, the files saved."""

import asyncio
import re
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from photoplay.cli._client import Client, studio
from photoplay.cli._naming import name_campaign
from photoplay.cli._stopping import KEPT, NOTHING, answer_to, ordered, told_if_stopped
from photoplay.core.errors import BadInput, PhotoplayError
from photoplay.core.money import in_words
from photoplay.core.settings import Settings

FINAL: Final = ("succeeded", "failed", "cancelled")
POLL_SECONDS: Final = 0.3
CANCEL_SECONDS: Final = 10.0
_console = Console(stderr=True)


class NotSpent(PhotoplayError):
    """The answer to "Spend it?" was not yes; nothing was ordered."""

    code = "not_spent"


async def quote(settings: Settings, wanted: dict[str, Any], inputs: list[str], *, as_json: bool) -> None:
    """Says what a request would cost."""
    async with studio(settings) as client:
        await name_campaign(client, wanted)
        wanted["inputs"] = await _inputs(client, inputs)
        found = await client.call("POST", "/api/v1/quotes", wanted)
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    _tell_quote(found)


async def generate(
    settings: Settings, wanted: dict[str, Any], inputs: list[str], *, out: Path | None, as_json: bool, yes: bool
) -> None:
    """Says the price, asks before it spends, follows the work to its end and saves the result in `out`."""
    later = {"run_at": wanted.pop("run_at")} if "run_at" in wanted else {}
    async with studio(settings) as client:
        with told_if_stopped(NOTHING):
            found = await _quoted(client, wanted, inputs, yes=yes)
        wanted |= {"quote": found["token"], **later}
        key = {"Idempotency-Key": secrets.token_urlsafe(16)}
        order = client.call("POST", "/api/v1/generations", wanted, headers=key)
        made = await ordered(order, lambda taken: _cancel(client, f"/api/v1/generations/{taken['id']}"))
        if made["waits_for"] == "time":
            _tell_later(made, as_json)
            return
        made = await _follow(client, made)
        with told_if_stopped(KEPT):
            saved = await save(client, made, out) if out is not None else []
    _tell_result(made, saved, as_json)


async def _quoted(client: Client, wanted: dict[str, Any], inputs: list[str], *, yes: bool) -> dict[str, Any]:
    """The quote that was told, and agreed to if it costs something. Raises `NotSpent`."""
    await name_campaign(client, wanted)
    wanted["inputs"] = await _inputs(client, inputs)
    found: dict[str, Any] = await client.call("POST", "/api/v1/quotes", wanted)
    _tell_quote(found)
    if Decimal(found["high_usd"]) > 0 and not yes:
        await ask_to_spend()
    return found


def _tell_later(made: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps(made, option=orjson.OPT_INDENT_2).decode())
        return
    typer.echo(
        f"{made['id']} begins at {made['run_at']}, in a studio that runs then. `photoplay jobs cancel` takes it back."
    )


async def ask_to_spend() -> None:
    """Raises `NotSpent` unless the answer is yes. Nobody there to ask is a no."""
    if (await answer_to("Spend it? [y/N] ")).strip().lower() not in ("y", "yes"):
        raise NotSpent("Nothing was ordered. --yes spends without asking.")


async def _follow(client: Client, made: dict[str, Any]) -> dict[str, Any]:
    """Shows the progress until it has ended; Ctrl-C cancels it at the studio."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rest]}"))
    path = f"/api/v1/generations/{made['id']}"
    with Progress(*columns, console=_console, transient=True, disable=not _console.is_terminal) as bar:
        task = bar.add_task("Queued", total=100, rest="")
        try:
            while made["status"] not in FINAL:
                bar.update(task, completed=made["progress"] or 0, description=_word(made), rest=_rest(made))
                await asyncio.sleep(POLL_SECONDS)
                made = await client.call("GET", path)
        except asyncio.CancelledError:
            bar.stop()
            await _cancel(client, path)
            raise
    return made


async def _cancel(client: Client, path: str) -> None:
    """Takes it back and tells what became of it; a vendor that does not answer in time is left to the studio."""
    made = await client.call("POST", f"{path}/cancel")
    with suppress(TimeoutError):
        async with asyncio.timeout(CANCEL_SECONDS):
            while made["status"] not in FINAL:
                await asyncio.sleep(POLL_SECONDS)
                made = await client.call("GET", path)
    words = {"cancelled": "Cancelled.", "succeeded": "It had ended before; the result is in the library."}
    sys.stderr.write(f"{words.get(made['status'], 'It will be cancelled as soon as its provider answers.')}\n")


def _word(made: dict[str, Any]) -> str:
    if made["status"] == "queued":
        return f"Queued, place {made['queue_position'] or 1}"
    return str(made["word"] or made["phase"] or made["status"]).capitalize()


def _rest(made: dict[str, Any]) -> str:
    left = made["seconds_left"]
    if left is None:
        return ""
    return f"{'about ' if made['seconds_left_is_estimate'] else ''}{max(1, round(left))} s left"


async def save(client: Client, made: dict[str, Any], out: Path) -> list[Path]:
    """Saves the results of a generation in a folder, under names that were free. Raises `BadInput`."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f'"{out}" cannot be a folder to save in ({error.strerror}). The result is in the library.'
        ) from error
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


def tell_notices(found: Mapping[str, Any]) -> None:
    """Says what of a request a quote could not honour."""
    for notice in found["notices"]:
        _console.print(notice["message"], style="yellow", highlight=False)


def _tell_quote(found: dict[str, Any]) -> None:
    tell_notices(found)
    price, low, high = (in_words(Decimal(found[name])) for name in ("total_cost_usd", "low_usd", "high_usd"))
    if low != high:
        price = f"about {price} ({low} to {high})"
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
        found[role] = {"asset": value if value.startswith("ast_") else await upload(client, Path(value))}
    return found


async def upload(client: Client, path: Path) -> str:
    """The id of the asset that a file becomes. Raises `BadInput`."""
    if not path.is_file():
        raise BadInput(f'There is no file "{path}".')
    headers = {"Content-Type": "application/octet-stream", "X-Upload-Name": path.name}
    asset = await client.send_file("/api/v1/assets", path, headers)
    return str(asset["id"])
