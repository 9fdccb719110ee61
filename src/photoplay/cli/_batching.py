"""What `photoplay batch` and `photoplay generate --models` do: several requests at one price, followed to their end."""

import asyncio
import secrets
import sys
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from photoplay.cli._client import Client, studio
from photoplay.cli._making import CANCEL_SECONDS, FINAL, POLL_SECONDS, ask_to_spend, save, tell_notices, upload
from photoplay.cli._naming import name_campaign
from photoplay.cli._stopping import KEPT, NOTHING, ordered, tell, told_if_stopped
from photoplay.core.errors import BadInput
from photoplay.core.money import in_words
from photoplay.core.settings import Settings

_MOST_LINES: Final = 12
_console = Console(stderr=True)


def read_batch(path: Path) -> dict[str, Any]:
    """The batch in a file: a list of items, or `items` with a `ceiling`, as JSON or as TOML. Raises `BadInput`."""
    try:
        text = path.read_text()
        found = tomllib.loads(text) if path.suffix == ".toml" else orjson.loads(text)
    except OSError as error:
        raise BadInput(f'"{path}" cannot be read: {error.strerror}.') from error
    except UnicodeDecodeError as error:
        raise BadInput(f'"{path}" is no text in UTF-8.') from error
    except (tomllib.TOMLDecodeError, orjson.JSONDecodeError) as error:
        raise BadInput(f'"{path}" is neither JSON nor, with the ending .toml, TOML: {error}.') from error
    batch = {"items": found} if isinstance(found, list) else found
    if not isinstance(batch, dict) or not isinstance(batch.get("items"), list):
        raise BadInput(f'"{path}" has no list of items.')
    return batch


async def quote_batch(settings: Settings, batch: dict[str, Any], *, as_json: bool, folder: Path | None = None) -> None:
    """Says what a batch would cost."""
    async with studio(settings) as client:
        found = await client.call("POST", "/api/v1/quotes", await _with_files(client, batch, folder or Path()))
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    _tell_quote(found)


async def make_batch_of(
    settings: Settings, file: Path, *, ceiling: str | None, out: Path | None, as_json: bool, yes: bool
) -> None:
    """Makes the batch in a file. `ceiling` is in the unit of the account: dollars, or whole credits. Raises `BadInput`."""
    batch = read_batch(file)
    if ceiling is not None:
        batch["ceiling"] = ceiling
    await make_batch(settings, batch, folder=file.parent, out=out, as_json=as_json, yes=yes)


async def make_batch(
    settings: Settings,
    batch: dict[str, Any],
    *,
    folder: Path | None = None,
    out: Path | None,
    as_json: bool,
    yes: bool,
) -> None:
    """Says the price of all, asks before it spends, follows the work to its end and saves the results in `out`.

    `folder` is where the files that inputs name as `file` are looked for.
    """
    async with studio(settings) as client:
        with told_if_stopped(NOTHING):
            batch = await _quoted(client, batch, folder or Path(), yes=yes)
        key = {"Idempotency-Key": secrets.token_urlsafe(16)}
        order = client.call("POST", "/api/v1/batches", batch, headers=key)
        made = await ordered(order, lambda taken: _cancel(client, f"/api/v1/batches/{taken['batch_id']}"))
        made = await _follow(client, made)
        with told_if_stopped(KEPT):
            saved = [path for item in made["items"] for path in (await save(client, item, out) if out else [])]
    _tell_result(made, saved, as_json)


async def _quoted(client: Client, batch: Mapping[str, Any], folder: Path, *, yes: bool) -> dict[str, Any]:
    """The batch with its files uploaded and a quote that was told, and agreed to if it costs something. Raises `NotSpent`."""
    wanted = await _with_files(client, batch, folder)
    if isinstance(wanted.get("ceiling"), str):
        wanted["ceiling"] = await _ceiling(client, wanted["ceiling"])
    found = await client.call("POST", "/api/v1/quotes", wanted)
    _tell_quote(found)
    if Decimal(found["high_usd"]) > 0 and not yes:
        await ask_to_spend()
    return wanted | {"quote": found["token"]}


async def _ceiling(client: Client, amount: str) -> dict[str, Any]:
    """A ceiling in the unit of the account. Raises `BadInput`."""
    account = await client.call("GET", "/api/v1/account")
    try:
        return {"max_price_credits": int(amount)} if account["metered"] else {"max_cost_usd": str(Decimal(amount))}
    except (ValueError, InvalidOperation) as error:
        unit = "credits" if account["metered"] else "dollars"
        raise BadInput(f'"{amount}" is no number of {unit}.') from error


async def _with_files(client: Client, batch: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The batch with every input that names a file uploaded, each file once, and campaigns by their ids."""
    uploaded: dict[Path, str] = {}

    async def _ref(ref: object) -> object:
        if isinstance(ref, list):
            return [await _ref(one) for one in ref]
        if not isinstance(ref, dict) or "file" not in ref:
            return ref
        path = folder / str(ref["file"])
        if path not in uploaded:
            uploaded[path] = await upload(client, path)
        return {"asset": uploaded[path]}

    items = []
    for item in batch["items"]:
        given = item.get("inputs") if isinstance(item, dict) else None
        inputs = {role: await _ref(ref) for role, ref in given.items()} if isinstance(given, dict) else None
        items.append(item if inputs is None else item | {"inputs": inputs})
    wanted = {**batch, "items": items}
    for one in (wanted, *items):
        if isinstance(one, dict):
            await name_campaign(client, one)
    return wanted


async def _follow(client: Client, made: dict[str, Any]) -> dict[str, Any]:
    """Shows how many are done until nothing moves any more; Ctrl-C cancels what has not ended."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rest]}"))
    path = f"/api/v1/batches/{made['batch_id']}"
    with Progress(*columns, console=_console, transient=True, disable=not _console.is_terminal) as bar:
        task = bar.add_task("Queued", total=100 * len(made["items"]), rest="")
        try:
            while any(_moves(item) for item in made["items"]):
                done = sum(item["status"] in FINAL for item in made["items"])
                completed = sum(100 if item["status"] in FINAL else item["progress"] or 0 for item in made["items"])
                bar.update(task, completed=completed, description=f"{done} of {len(made['items'])} done")
                await asyncio.sleep(POLL_SECONDS)
                made = await client.call("GET", path)
        except asyncio.CancelledError:
            bar.stop()
            await _cancel(client, path)
            raise
    return made


async def _cancel(client: Client, path: str) -> None:
    """Takes back what has not ended and tells what became of all; vendors that do not answer in time are left to the studio."""
    made = await client.call("POST", f"{path}/cancel")
    with suppress(TimeoutError):
        async with asyncio.timeout(CANCEL_SECONDS):
            while any(_moves(item) for item in made["items"]):
                await asyncio.sleep(POLL_SECONDS)
                made = await client.call("GET", path)
    kept, open_still = made["counts"].get("succeeded", 0), sum(_moves(item) for item in made["items"])
    words = f"Cancelled. {kept} had ended before; their results are in the library."
    if open_still:
        words += f" {open_still} will be cancelled as soon as their providers answer."
    tell(words)


def _moves(item: Mapping[str, Any]) -> bool:
    """Whether it ends without anybody's doing."""
    return item["status"] not in FINAL and item["waits_for"] != "approval"


def _tell_quote(found: Mapping[str, Any]) -> None:
    tell_notices(found)
    lines: dict[tuple[str, str], int] = {}
    for item in found["items"]:
        line = (item["model_name"], in_words(Decimal(item["cost_usd"])))
        lines[line] = lines.get(line, 0) + 1
    for (name, price), count in list(lines.items())[:_MOST_LINES]:
        _console.print(f"{count} x {name}: {price}{' each' if count > 1 else ''}", highlight=False)
    total, low, high = (in_words(Decimal(found[name])) for name in ("total_cost_usd", "low_usd", "high_usd"))
    price = total if low == high else f"about {total} ({low} to {high})"
    seconds = max(1, round(found["estimated_seconds"]))
    _console.print(f"{found['count']} results: {price} in all, about {seconds} s.", highlight=False)


def _tell_result(made: Mapping[str, Any], saved: Sequence[Path], as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps({**made, "saved": [str(one) for one in saved]}, option=orjson.OPT_INDENT_2).decode())
    for item in made["items"]:
        if item["status"] != "succeeded":
            why = item["error"]["message"] if item["error"] else item["waits_because"] or "Cancelled."
            sys.stderr.write(f"{item['id']}: {why}\n")
    if not as_json:
        for line in saved or [asset["id"] for item in made["items"] for asset in item["assets"]]:
            typer.echo(str(line))
    if made["counts"] != {"succeeded": len(made["items"])}:
        raise typer.Exit(1)
