"""`photoplay jobs`: the queue, what runs and who works, and the operator's means on them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoplay.cli._app import DataOption, app, run, settings_for

if TYPE_CHECKING:
    from photoplay.core.settings import Settings

jobs_app = typer.Typer(help="The queue: what runs, what waits, what is held back, who works.", no_args_is_help=True)
app.add_typer(jobs_app, name="jobs")
_What = Annotated[str, typer.Argument(help="A provider, a lane as `jobs list` shows it, or nothing for everything.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@jobs_app.command("list")
def list_jobs(as_json: _Json = False, data: DataOption = None) -> None:
    """Show lanes, workers, what runs and what waits."""
    run(_show(settings_for(data), as_json))


@jobs_app.command()
def pause(
    what: _What = "",
    reason: Annotated[str, typer.Option(help="Why, for those who wait.")] = "",
    data: DataOption = None,
) -> None:
    """Hold back what waits; what is begun goes on."""
    run(
        _post(settings_for(data), "jobs/pause", {"name": what, "reason": reason}, f"Held back: {what or 'everything'}.")
    )


@jobs_app.command()
def resume(what: _What = "", data: DataOption = None) -> None:
    """Let it go on."""
    run(_post(settings_for(data), "jobs/resume", {"name": what}, f"Goes on: {what or 'everything'}."))


@jobs_app.command()
def move(
    generation: Annotated[str, typer.Argument(help="The id of what waits.")],
    to: Annotated[str, typer.Argument(help="first, last, or a priority: the highest is the first.")],
    data: DataOption = None,
) -> None:
    """Change whose turn is next."""
    place: str | int = to if to in ("first", "last") else _number(to)
    run(_post(settings_for(data), f"jobs/{generation}/move", {"to": place}, "Moved."))


@jobs_app.command()
def cancel(
    generation: Annotated[str, typer.Argument(help="The id of a generation of yours.")], data: DataOption = None
) -> None:
    """Take a generation back: free as long as no order has left."""
    run(_cancel(settings_for(data), generation))


@jobs_app.command()
def leave(
    worker: Annotated[str, typer.Argument(help="The id of a worker, from `jobs list --json`.")], data: DataOption = None
) -> None:
    """Send a worker away: it begins nothing new, and others go on with what it had."""
    run(_post(settings_for(data), f"workers/{worker}/leave", None, "It begins nothing new."))


@jobs_app.command()
def stay(
    worker: Annotated[str, typer.Argument(help="The id of a worker, from `jobs list --json`.")], data: DataOption = None
) -> None:
    """Let a worker stay after all."""
    run(_post(settings_for(data), f"workers/{worker}/stay", None, "It stays."))


async def _cancel(settings: "Settings", generation: str) -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        taken = await client.call("POST", f"/api/v1/generations/{generation}/cancel")
    typer.echo("Cancelled." if taken["status"] == "cancelled" else "It is asked to stop.")


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f'"{text}" is neither first, last nor a number.') from None


async def _post(settings: "Settings", path: str, body: object, said: str) -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        await client.call("POST", f"/api/v1/admin/{path}", body)
    typer.echo(said)


async def _show(settings: "Settings", as_json: bool) -> None:
    from photoplay.cli._client import studio

    async with studio(settings) as client:
        board = await client.call("GET", "/api/v1/admin/jobs")
    if as_json:
        import orjson

        typer.echo(orjson.dumps(board, option=orjson.OPT_INDENT_2).decode())
        return
    _print(board)


def _print(board: dict[str, Any]) -> None:
    for pause_ in board["pauses"]:
        typer.echo(f"Held back: {pause_['title']}{': ' + pause_['reason'] if pause_['reason'] else ''}")
    for lane in board["lanes"]:
        held = f"  {lane['held_because']}" if lane["held_because"] else ""
        typer.echo(f"{lane['name']:<32} {lane['running']:>4} running {lane['queued']:>5} waiting{held}")
    for worker in board["workers"]:
        leaving = "  takes nothing new" if worker["is_leaving"] else ""
        ago = f"{worker['beat_seconds_ago']:.0f} s ago"
        typer.echo(
            f"{worker['id']}  {worker['host']}:{worker['pid']}  {worker['kind']}  {worker['running']} running  {ago}{leaving}"
        )
    for job in board["running"]:
        percent = "" if job["progress"] is None else f" {job['progress']:.0f} %"
        typer.echo(
            f"{job['id']}  {job['status']}{percent}  {job['model_name']}  {job['prompt'][:50]}  at {job['worker'] or 'nobody yet'}"
        )
    for job in board["queued"]:
        why = f"begins {job['run_at']}" if job["run_at"] else job["because"]
        typer.echo(f"{job['id']}  waiting  {job['model_name']}  {job['prompt'][:50]}  {why}".rstrip())
