"""`photoplay users` and `photoplay keys`: who may sign in, and which programs."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photoplay.cli._app import DataOption, app, run, settings_for

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from photoplay.accounts import UserView
    from photoplay.core.settings import Settings

Work = Callable[["Session", "Settings"], None]
users_app = typer.Typer(help="Who may sign in.", no_args_is_help=True)
keys_app = typer.Typer(help="API keys of the owner.", no_args_is_help=True)
app.add_typer(users_app, name="users")
app.add_typer(keys_app, name="keys")
_Name = Annotated[str, typer.Argument(help="The user's name.")]


@users_app.command("list")
def list_users(data: DataOption = None) -> None:
    """List all users, members with their plan and balance."""
    from photoplay import accounts, credits

    def _show(session: "Session", _settings: "Settings") -> None:
        for user in accounts.all_users(session):
            account = credits.account_details_of(session, user.id)
            has = f"  {account.plan}  {account.available_credits} credits" if account.metered else ""
            typer.echo(f"{user.name}  {user.role}{has}{'  disabled' if user.disabled else ''}")

    _do(data, _show)


@users_app.command("add")
def add_user(
    name: _Name,
    plan: Annotated[str, typer.Option(help="The plan: free, starter, pro, enterprise, or one of your own.")] = "free",
    given: Annotated[int, typer.Option("--credits", min=0, help="Credits to begin with.")] = 0,
    data: DataOption = None,
) -> None:
    """Add a member with a metered account, and print a link that signs in."""
    from photoplay import accounts, credits
    from photoplay.core.money import Credits

    def _add(session: "Session", settings: "Settings") -> None:
        user = accounts.create_user(session, name)
        credits.open_account(session, user.id, metered=True, plan=plan)
        if given:
            credits.grant(session, user.id, Credits(given), key=f"first:{user.id}", note="Credits to begin with")
        _print_link(session, settings, user)

    _do(data, _add)


@users_app.command("plan")
def set_plan(name: _Name, plan: Annotated[str, typer.Argument(help="The plan.")], data: DataOption = None) -> None:
    """Put a member on another plan."""
    from photoplay import accounts, credits

    def _set(session: "Session", _settings: "Settings") -> None:
        user = accounts.find_user(session, name)
        credits.change_account(session, user.id, credits.MemberChange(plan=plan))

    _do(data, _set)
    typer.echo(f"{name} is on the plan {plan} from now on.")


@users_app.command("grant")
def grant(
    name: _Name,
    amount: Annotated[int, typer.Argument(min=1, help="Credits to give.")],
    note: Annotated[str, typer.Option(help="The reason, which the member reads.")] = "Given by the studio",
    data: DataOption = None,
) -> None:
    """Give a member credits."""
    from photoplay import accounts, credits
    from photoplay.core.ids import new_id
    from photoplay.core.money import Credits

    def _grant(session: "Session", _settings: "Settings") -> None:
        user = accounts.find_user(session, name)
        credits.grant(session, user.id, Credits(amount), key=f"{user.id}:{new_id('gra')}", note=note)
        account = credits.account_of(session, user.id)
        typer.echo(f"{name} has {account.available_credits} credits.")

    _do(data, _grant)


@users_app.command("link")
def link(
    name: Annotated[str | None, typer.Argument(help="Default: the owner.")] = None, data: DataOption = None
) -> None:
    """Print a new link that signs a user in, once."""
    from photoplay import accounts

    def _link(session: "Session", settings: "Settings") -> None:
        user = accounts.find_user(session, name) if name else accounts.ensure_owner(session)[0]
        _print_link(session, settings, user)

    _do(data, _link)


@users_app.command("disable")
def disable(name: _Name, data: DataOption = None) -> None:
    """Shut a user out: in a running studio within a second, open streams within five."""
    from photoplay import accounts

    _do(data, lambda session, _settings: accounts.disable_user(session, name))
    typer.echo(f"{name} is shut out. What they made is kept; `photoplay users enable` lets them in again.")


@users_app.command("enable")
def enable(name: _Name, data: DataOption = None) -> None:
    """Let a disabled user in again."""
    from photoplay import accounts

    _do(data, lambda session, _settings: accounts.enable_user(session, name))
    typer.echo(f"{name} may come in again. `photoplay users link {name}` prints a link.")


@keys_app.command("create")
def create_key(name: Annotated[str, typer.Argument(help="What the key is for.")], data: DataOption = None) -> None:
    """Make an API key. It is printed once."""
    from photoplay import accounts

    def _create(session: "Session", _settings: "Settings") -> None:
        _key, secret = accounts.create_key(session, accounts.ensure_owner(session)[0].id, name)
        typer.echo(secret)

    _do(data, _create)


@keys_app.command("list")
def list_keys(data: DataOption = None) -> None:
    """List the keys that work, without the keys themselves."""
    from photoplay import accounts

    def _show(session: "Session", _settings: "Settings") -> None:
        for key in accounts.keys_of(session, accounts.ensure_owner(session)[0].id):
            typer.echo(f"{key.id}  {key.hint}...  {key.name}")

    _do(data, _show)


@keys_app.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="The id that `keys list` shows.")], data: DataOption = None
) -> None:
    """Make a key stop working: in a running studio within a second."""
    from photoplay import accounts

    _do(
        data,
        lambda session, _settings: accounts.revoke_key(session, accounts.ensure_owner(session)[0].id, key_id),
    )
    typer.echo("The key works no more.")


def _do(data: Path | None, work: Work) -> None:
    from photoplay.bootstrap import ensure_owner, open_database

    settings = settings_for(data)

    async def _work() -> None:
        db = open_database(settings)
        try:
            await ensure_owner(db, settings)
            await db.write(lambda session: work(session, settings))
        finally:
            db.close()

    run(_work())


def _print_link(session: "Session", settings: "Settings", user: "UserView") -> None:
    from photoplay import accounts

    address = settings.data / "address"
    base = address.read_text().strip() if address.exists() else f"http://{settings.host}:{settings.port}"
    typer.echo(f"{base}/sign-in?token={accounts.make_link(session, user.id)}")
