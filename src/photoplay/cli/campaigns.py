"""`photoplay campaigns`: clients and their campaigns, and what was spent on each."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoplay.cli._app import DataOption, app, run, settings_for

if TYPE_CHECKING:
    from photoplay.core.settings import Settings

campaigns_app = typer.Typer(help="Clients and their campaigns, which the work is charged to.", no_args_is_help=True)
app.add_typer(campaigns_app, name="campaigns")
_Campaign = Annotated[str, typer.Argument(help="Its name or id.")]


@campaigns_app.command("list")
def list_campaigns(
    archived: Annotated[bool, typer.Option("--archived", help="Archived ones too.")] = False, data: DataOption = None
) -> None:
    """List your campaigns with their clients and what was spent."""
    run(_list(settings_for(data), archived=archived))


@campaigns_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What the campaign is called.")],
    client: Annotated[str, typer.Option("--client", help="Whom it is for: a client that you have, or a new one.")],
    data: DataOption = None,
) -> None:
    """Add a campaign, and its client where there is none of that name."""
    run(_add(settings_for(data), name, client))


@campaigns_app.command("archive")
def archive(
    campaign: _Campaign,
    undo: Annotated[bool, typer.Option("--undo", help="Bring it back.")] = False,
    data: DataOption = None,
) -> None:
    """Archive a campaign: nothing more is charged to it, and what was stays."""
    run(_archive(settings_for(data), campaign, undo=undo))


async def _list(settings: "Settings", *, archived: bool) -> None:
    from photoplay.cli._client import studio
    from photoplay.cli._naming import CAMPAIGNS

    async with studio(settings) as client:
        items = (await client.call("GET", f"{CAMPAIGNS}{'?archived=true' if archived else ''}"))["items"]
    for one in items:
        typer.echo(f"{one['name']}  {one['client_name']}  {_spent(one)}{'' if one['is_open'] else '  archived'}")
    if not items:
        typer.echo("No campaigns yet. `photoplay campaigns add NAME --client CLIENT` makes one.")


async def _add(settings: "Settings", name: str, client_name: str) -> None:
    from photoplay.cli._client import studio
    from photoplay.cli._naming import CAMPAIGNS, CLIENTS

    async with studio(settings) as client:
        known = (await client.call("GET", f"{CLIENTS}?archived=true"))["items"]
        found = next((one for one in known if client_name in (one["name"], one["id"])), None)
        found = found or await client.call("POST", CLIENTS, {"name": client_name})
        made = await client.call("POST", CAMPAIGNS, {"name": name, "client_id": found["id"]})
    typer.echo(f"{made['name']} for {made['client_name']}: {made['id']}")


async def _archive(settings: "Settings", named: str, *, undo: bool) -> None:
    from photoplay.cli._client import studio
    from photoplay.cli._naming import CAMPAIGNS, campaign_named

    async with studio(settings) as client:
        found = await campaign_named(client, named)
        await client.call("PATCH", f"{CAMPAIGNS}/{found['id']}", {"archived": not undo})
    typer.echo(f"{found['name']} is {'back' if undo else 'archived'}.")


def _spent(listed: dict[str, Any]) -> str:
    from photoplay.core.money import in_words

    if listed["spent_credits"] is not None:
        return f"{listed['spent_credits']} credits spent, {listed['held_credits']} held"
    spent, held = (Decimal(listed[name]) for name in ("spent_usd", "held_usd"))
    return f"{in_words(spent) if spent else 'nothing'} spent{f', {in_words(held)} held' if held else ''}"
