"""`photoplay users` and `photoplay keys`: who may sign in, and which programs."""

from collections.abc import Callable
from typing import Annotated, TypeVar

import typer
from sqlalchemy.orm import Session

from photoplay import accounts, credits
from photoplay.accounts import UserView
from photoplay.bootstrap import ensure_owner, open_database
from photoplay.cli._app import DataOption, app, run, settings_for
from photoplay.core.settings import Settings

T = TypeVar("T")
users_app = typer.Typer(help="Who may sign in.", no_args_is_help=True)
keys_app = typer.Typer(help="API keys of the owner.", no_args_is_help=True)
app.add_typer(users_app, name="users")
app.add_typer(keys_app, name="keys")
_Name = Annotated[str, typer.Argument(help="The user's name.")]


@users_app.command("list")
def list_users(data: DataOption = None) -> None:
    """List all users."""

    def _show(session: Session) -> None:
        for user in accounts.users(session):
            typer.echo(f"{user.name}  {user.role}{'  disabled' if user.disabled else ''}")

    _do(settings_for(data), _show)


@users_app.command("add")
def add_user(name: _Name, data: DataOption = None) -> None:
    """Add a member with a metered account, and print a link that signs in."""
    settings = settings_for(data)

    def _add(session: Session) -> None:
        user = accounts.create_user(session, name)
        credits.open_account(session, user.id, metered=True)
        _print_link(session, settings, user)

    _do(settings, _add)


@users_app.command("link")
def link(
    name: Annotated[str | None, typer.Argument(help="Default: the owner.")] = None, data: DataOption = None
) -> None:
    """Print a new link that signs a user in, once."""
    settings = settings_for(data)

    def _link(session: Session) -> None:
        user = accounts.find_user(session, name) if name else accounts.ensure_owner(session)[0]
        _print_link(session, settings, user)

    _do(settings, _link)


@users_app.command("disable")
def disable(name: _Name, data: DataOption = None) -> None:
    """Shut a user out at once."""
    _do(settings_for(data), lambda session: accounts.disable_user(session, name))


@users_app.command("enable")
def enable(name: _Name, data: DataOption = None) -> None:
    """Let a disabled user in again."""
    _do(settings_for(data), lambda session: accounts.enable_user(session, name))


@keys_app.command("create")
def create_key(name: Annotated[str, typer.Argument(help="What the key is for.")], data: DataOption = None) -> None:
    """Make an API key. It is printed once."""

    def _create(session: Session) -> None:
        _key, secret = accounts.create_key(session, accounts.ensure_owner(session)[0].id, name)
        typer.echo(secret)

    _do(settings_for(data), _create)


@keys_app.command("list")
def list_keys(data: DataOption = None) -> None:
    """List the keys that work, without the keys themselves."""

    def _show(session: Session) -> None:
        for key in accounts.keys_of(session, accounts.ensure_owner(session)[0].id):
            typer.echo(f"{key.id}  {key.hint}...  {key.name}")

    _do(settings_for(data), _show)


@keys_app.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="The id that `keys list` shows.")], data: DataOption = None
) -> None:
    """Make a key stop working at once."""
    _do(
        settings_for(data),
        lambda session: accounts.revoke_key(session, accounts.ensure_owner(session)[0].id, key_id),
    )


def _do(settings: Settings, work: Callable[[Session], None]) -> None:
    async def _work() -> None:
        db = open_database(settings)
        try:
            await ensure_owner(db, settings)
            await db.write(work)
        finally:
            db.close()

    run(_work())


def _print_link(session: Session, settings: Settings, user: UserView) -> None:
    address = settings.data / "address"
    base = address.read_text().strip() if address.exists() else f"http://{settings.host}:{settings.port}"
    typer.echo(f"{base}/sign-in?token={accounts.make_link(session, user.id)}")
