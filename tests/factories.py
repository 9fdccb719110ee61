"""Builds what tests need: a studio on a folder with a scripted provider, its people, and requests."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from photoplay import accounts, credits, generation
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio, ensure_owner, open_database, open_studio
from photoplay.core.files import in_thread
from photoplay.core.money import Credits
from photoplay.core.settings import Settings
from photoplay.generation import GenerationRequest, GenerationView, Status
from photoplay.jobs import Engine
from photoplay.providers import Provider
from tests.scripted import ScriptedProvider

PATIENCE_SECONDS = 30.0
_kept_in: list[str] = []
_empty: dict[str, bytes] = {}


@dataclass
class House:
    """A running studio and the people in it."""

    studio: Studio
    owner: Viewer
    provider: ScriptedProvider
    settled: list[str] = field(default_factory=list)

    async def member(self, name: str = "Mara", *, granted: int = 0) -> Viewer:
        """A second user, with a metered account."""

        def _make(session: object) -> Viewer:
            user = accounts.create_user(session, name)  # type: ignore[arg-type]
            credits.open_account(session, user.id, metered=True)  # type: ignore[arg-type]
            if granted:
                credits.grant(session, user.id, Credits(granted), key=name)  # type: ignore[arg-type]
            return Viewer(user.id, user.name, "member")

        return await self.studio.runtime.db.write(_make)

    async def ask(
        self, viewer: Viewer | None = None, *, model: str = "scripted:free", key: str | None = None, **changes: object
    ) -> GenerationView:
        """Asks for one picture and returns at once."""
        wanted = picture(model=model, **changes)
        taken = await generation.request(self.studio.runtime, viewer or self.owner, wanted, idempotency_key=key)
        return taken.batch.items[0]

    async def look(self, generation_id: str, viewer: Viewer | None = None) -> GenerationView:
        """How a generation stands."""
        owner_id = (viewer or self.owner).user_id
        return await self.studio.runtime.db.read(
            lambda session: generation.generation_of(session, owner_id, generation_id, with_orders=True)
        )

    async def until(
        self, generation_id: str, is_so: Callable[[GenerationView], bool], viewer: Viewer | None = None
    ) -> GenerationView:
        """Waits for a generation to be as wanted; every event and every progress is a reason to look."""
        owner_id = (viewer or self.owner).user_id
        subscription = self.studio.runtime.hub.listen(owner_id)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not is_so(view := await self.look(generation_id, viewer)):
                    await subscription.next()
                return view
        finally:
            self.studio.runtime.hub.leave(owner_id, subscription)

    async def end(self, generation_id: str, viewer: Viewer | None = None) -> GenerationView:
        """Waits for a generation to end."""
        return await self.until(generation_id, lambda view: Status(view.status).is_final, viewer)


def picture(*, model: str = "scripted:free", prompt: str = "calm ocean", **changes: object) -> GenerationRequest:
    """A request for one picture."""
    given = {"operation": "text-to-image", "model": model, "params": {"prompt": prompt}} | changes
    return GenerationRequest.model_validate(given)


@contextmanager
def rows_kept_in(database_url: str) -> Iterator[None]:
    """Until the block ends, houses keep their rows in this database instead of a file in their folder."""
    _kept_in.append(database_url)
    yield
    _kept_in.remove(database_url)


@asynccontextmanager
async def a_house(
    folder: Path, provider: ScriptedProvider | None = None, *, others: tuple[Provider, ...] = (), **changes: Any
) -> AsyncIterator[House]:
    """A studio that runs on this folder until the block ends. `changes` are settings."""
    provider = provider or ScriptedProvider()
    settings = settings_for(folder, **{"stop_seconds": 5, **changes})
    await furnish(settings)
    studio = await open_studio(settings, providers=(provider, *others))
    owner = await ensure_owner(studio.runtime.db, settings)
    await studio.start()
    try:
        yield House(studio, owner, provider)
    finally:
        await studio.stop()


async def furnish(settings: Settings) -> None:
    """Gives a new folder empty databases, made once per process: half of what a first start costs."""
    if not _empty:
        with tempfile.TemporaryDirectory() as folder:
            made = Settings(data=Path(folder))
            open_database(made).close()
            engine = Engine(made.engine_path)
            await engine.launch()
            await engine.close()
            _empty.update({path.name: path.read_bytes() for path in (made.sqlite_path, made.engine_path)})
    wanted = [settings.engine_path] if settings.database_url else [settings.sqlite_path, settings.engine_path]
    await in_thread(_put, [path for path in wanted if not path.exists()])


def _put(paths: list[Path]) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_empty[path.name])


def settings_for(folder: Path, **changes: Any) -> Settings:
    """Settings of a studio on this folder, and on the database that `rows_kept_in` names."""
    database = {"DATABASE_URL": _kept_in[-1]} if _kept_in else {}
    return Settings(data=folder, **database, **changes)
