"""Builds everything from the settings: database, storage, engine, providers, sweeps. Decides nothing about the domain."""

import asyncio
import contextlib
import math
import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from sqlalchemy.orm import Session

from photoplay import accounts, assets, credits, events, generation, jobs
from photoplay.accounts import Doorkeeper, Viewer
from photoplay.assets import Deliveries, Finisher, Links, Shelf, Uploader
from photoplay.catalog import (
    AddedModels,
    Catalog,
    LeftOut,
    Outside,
    Prober,
    VendorAccounts,
    outside_providers,
    recall_changes,
    vendors_without_code,
)
from photoplay.core import clock
from photoplay.core.db import Database, in_plain_words, migration_engine
from photoplay.core.errors import PhotoplayError
from photoplay.core.files import in_thread, write_atomically
from photoplay.core.folder import FolderLock, check_writable, secret_file, secret_of, take_place
from photoplay.core.http import Http
from photoplay.core.log import Log
from photoplay.core.seal import Seal
from photoplay.core.settings import Settings
from photoplay.credits import Checkout, Quoter
from photoplay.events import Hub
from photoplay.generation import (
    RESCUE,
    WORKFLOW,
    Chains,
    Dispatcher,
    Presence,
    PublicAddresses,
    Rescuer,
    Runtime,
    generate,
)
from photoplay.jobs import Engine, Lease, Sweep, Wakes, WorkerKind
from photoplay.media import Limits, MediaWorker, ensure_certificate
from photoplay.migrations import migrate
from photoplay.providers import Announces, Closes, DepartedProvider, Provider, WorksHere
from photoplay.storage import LocalStorage, S3Place, Storage, open_s3

KEEP_HOUSE_SECONDS: Final = 600.0
ADMIT_SECONDS: Final = 1.0
LINK_SECONDS: Final = 5.0
FINISH_SECONDS: Final = 5.0
RESCUE_SECONDS: Final = 60.0
PROBE_SECONDS: Final = 3600.0
RECALL_SECONDS: Final = 2.0
CHANGES_SECONDS: Final = 30.0
CALLS_KEPT_FOR: Final = timedelta(days=7)
"""Vendors call again for three days at most."""
_log = Log("bootstrap")


@dataclass
class Studio:
    """One process with everything in it. `open_studio` makes it; `start` on the loop that serves, `stop` at the end."""

    settings: Settings
    runtime: Runtime
    doorkeeper: Doorkeeper
    deliveries: Deliveries
    uploader: Uploader
    finisher: Finisher
    prober: Prober
    added: AddedModels
    sweeps: tuple[Sweep, ...]
    presence: Presence
    left_out: tuple[LeftOut, ...] = ()
    """The packages whose providers are broken, and why."""
    is_ready: bool = False

    @cached_property
    def checkout(self) -> Checkout | None:
        """Whoever takes the money for credits; None: they are not sold."""
        return credits.open_checkout(self.settings)

    async def start(self) -> None:
        """Takes orders and works on them."""
        await self.take_orders()
        await self.begin_work()

    async def take_orders(self) -> None:
        """Everything is here that a request needs. What is ordered waits for `begin_work`."""
        runtime = self.runtime
        await in_thread(_clear_spool, self.settings.spool)
        await generation.clear_spool(runtime)
        for provider in runtime.providers.values():
            if isinstance(provider, Announces):
                provider.on_news(lambda order_id: runtime.wakes.wake(generation.generation_of_order(order_id)))
        await self.presence.begin()
        self.is_ready = True

    async def begin_work(self) -> None:
        """Launches the engine and the sweeps: orders are worked on, and what a crash or a stop has left goes on."""
        runtime = self.runtime
        for workflow in (WORKFLOW, RESCUE):
            runtime.engine.add(workflow, lambda generation_id: generate(runtime, generation_id))
        await runtime.engine.launch()
        await runtime.engine.forget_left()
        for sweep in self.sweeps:
            sweep.start()

    def stop_admitting(self) -> None:
        """The first thing of a stop: nothing new is begun, and open streams are told to end."""
        self.runtime.is_stopping = True
        self.runtime.hub.close()

    async def stop(self) -> None:
        """Lets open submits end, then leaves everything that waits: it goes on after the next start."""
        self.stop_admitting()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.settings.stop_seconds):
                await self.runtime.open_submits.until_none()
        for sweep in self.sweeps:
            await sweep.stop()
        await self.presence.stay_away()
        await self.runtime.engine.close()
        await self.presence.end()
        for provider in self.runtime.providers.values():
            if isinstance(provider, Closes):
                await provider.close()
        await self.runtime.media.close()
        await self.runtime.http.close()
        await self.runtime.storage.close()
        await in_thread(self.runtime.db.close)

    async def owner_link(self) -> str:
        """The path that signs the owner in, once."""

        def _make(session: Session) -> str:
            owner, _is_new = accounts.ensure_owner(session)
            return accounts.make_link(session, owner.id)

        return f"/sign-in?token={await self.runtime.db.write(_make)}"


def open_database(settings: Settings) -> Database:
    """The database of these settings, brought up to date before anything else touches it.

    Raises `SchemaTooNew`, and `DatabaseAway` when it cannot be reached, `DatabaseDamaged` when it cannot be read.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    url = settings.database_address
    engine = migration_engine(url)
    try:
        with in_plain_words():
            migrate(engine)
    finally:
        engine.dispose()
    return Database(url)


def hold_place(settings: Settings) -> tuple[Settings, FolderLock]:
    """The settings of this process, and the lock of the folder that is its alone: until it is released or the process dies.

    That is the data folder; on Postgres it is one of several, so that many may share a data folder. Raises `FolderInUse`,
    `FolderUnusable`.
    """
    if settings.database_url is None:
        return settings, FolderLock(settings.data)
    folder, lock = take_place(settings.places)
    return settings.model_copy(update={"scratch": folder}), lock


def open_storage(settings: Settings) -> Storage:
    """Where media are kept: the bucket that the settings name, else a folder. Raises `FolderUnusable`."""
    if settings.s3_bucket is None:
        check_writable(settings.blobs, "Name another with PHOTOPLAY_MEDIA_FOLDER.")
        return LocalStorage(settings.blobs)
    return open_s3(
        S3Place(
            bucket=settings.s3_bucket,
            access_key_id=settings.s3_access_key,
            secret_access_key=settings.s3_secret_key.get_secret_value(),
            region=settings.s3_region,
            endpoint=settings.s3_endpoint,
            prefix=settings.s3_folder,
        )
    )


def shipped_providers(settings: Settings) -> tuple[Provider, ...]:
    """The providers of this package, found by scanning its folder: each file has a function `provider(settings)`."""
    folder = import_module("photoplay.providers")
    names = sorted(module.name for module in iter_modules(folder.__path__) if not module.name.startswith("_"))
    modules = [import_module(f"photoplay.providers.{name}") for name in names]
    return tuple(module.provider(settings) for module in modules)


def all_providers(settings: Settings) -> Outside:
    """The shipped providers and those of other packages, and which of these are left out."""
    shipped = shipped_providers(settings)
    outside = outside_providers(settings, taken=[*(one.name for one in shipped), *vendors_without_code()])
    return Outside((*shipped, *outside.providers), outside.left_out)


async def open_studio(
    settings: Settings, *, providers: tuple[Provider, ...] | None = None, kind: WorkerKind = "serve"
) -> Studio:
    """Everything wired together, with the owner made at the first start. `providers` replaces the shipped ones in tests.

    Raises `NotOfThisStudio` on a machine that lacks what the others have, and as `open_database`.
    """
    settings.spool.mkdir(parents=True, exist_ok=True)
    storage, db = open_storage(settings), open_database(settings)
    try:
        await _check_shared(db, storage, settings)
        await ensure_owner(db, settings)
    except PhotoplayError:
        db.close()
        raise
    found = Outside(providers) if providers else all_providers(settings)
    there = (*found.providers, *await _departed(db, found.providers))
    runtime = _runtime(settings, _Opened(db, storage, kind), there, is_shipped=providers is None)
    added, prober = await _models_known(runtime)
    deliveries = Deliveries(db, Links(_secret(settings)))
    shelf = Shelf(db, runtime.storage, runtime.media, runtime.hub, settings.spool)
    finisher = Finisher(
        shelf, deliveries, quiet_seconds=partial(_quiet_seconds, tuple(runtime.providers.values())), lease=runtime.lease
    )
    uploader = Uploader(shelf, max_bytes=settings.upload_bytes)
    admit = Sweep("admit", partial(added.known_before, Dispatcher(runtime).look), interval_seconds=ADMIT_SECONDS)
    link = Sweep("link", Chains(runtime).look, interval_seconds=LINK_SECONDS)
    finish = Sweep("finish", finisher.look, interval_seconds=FINISH_SECONDS)
    house = Sweep("keep-house", lambda: _keep_house(runtime), interval_seconds=KEEP_HOUSE_SECONDS)
    recall = Sweep("recall-models", added.recall, interval_seconds=RECALL_SECONDS)
    changes = Sweep("changes", lambda: recall_changes(db, runtime.catalog), interval_seconds=CHANGES_SECONDS)
    probe = Sweep("probe", prober.look, interval_seconds=PROBE_SECONDS)
    rescue = Sweep("rescue", Rescuer(runtime).look, interval_seconds=RESCUE_SECONDS)
    runtime.admit_soon, runtime.link_soon = admit.wake, link.wake
    runtime.finish_soon, runtime.rescue_soon = finish.wake, rescue.wake
    doorkeeper = Doorkeeper(db, runtime.hub)
    sweeps = (changes, admit, link, finish, rescue, house, probe, *(() if db.is_sqlite else (recall,)))
    parts = (doorkeeper, deliveries, uploader, finisher, prober, added, sweeps, Presence(runtime))
    return Studio(settings, runtime, *parts, left_out=found.left_out)


async def _check_shared(db: Database, storage: Storage, settings: Settings) -> None:
    """On Postgres there may be other machines, which must have the same secrets and the same media."""
    if db.is_sqlite:
        return
    keys = (secret_file(settings.data / "secret.key"), Seal(settings.data / "vendors.key").ensure())
    root = settings.certificate / "root.pem"
    was_there = root.exists()
    await in_thread(ensure_certificate, settings.certificate)
    world = "simulated" if settings.sandbox else "real"
    await jobs.mark_media(db, storage, settings.spool)
    try:
        await jobs.check_shared(db, storage, (*keys, root), world=world, may_differ=[root] if was_there else ())
    except PhotoplayError:
        if not was_there:
            await in_thread(shutil.rmtree, settings.certificate)
        raise


def _quiet_seconds(providers: Iterable[Provider]) -> float:
    """Seconds since any provider last used this machine's processors."""
    return min((one.quiet_seconds() for one in providers if isinstance(one, WorksHere)), default=math.inf)


async def ensure_owner(db: Database, settings: Settings) -> Viewer:
    """The owner of the studio, with an unmetered account and a key in `DIR/owner.key` for the command line."""

    def _ensure(session: Session) -> tuple[Viewer, str | None]:
        owner, is_new = accounts.ensure_owner(session)
        credits.open_account(session, owner.id, metered=False)
        secret = None
        if is_new or not key_path.exists():
            _key, secret = accounts.create_key(session, owner.id, "This machine")
        return Viewer(owner.id, owner.name, "owner"), secret

    key_path = settings.data / "owner.key"
    viewer, secret = await db.write(_ensure)
    if secret is not None:
        write_atomically(key_path, secret.encode(), mode=0o600)
    return viewer


@dataclass(frozen=True)
class _Opened:
    db: Database
    storage: Storage
    kind: WorkerKind


def _runtime(settings: Settings, opened: _Opened, providers: tuple[Provider, ...], *, is_shipped: bool) -> Runtime:
    db = opened.db
    place = secret_of(settings.place / "place.id")
    return Runtime(
        settings=settings,
        db=db,
        storage=opened.storage,
        http=Http(private_hosts=settings.private_hosts),
        media=MediaWorker(settings.certificate, limits=Limits(pixels=settings.input_pixels)),
        hub=Hub(),
        engine=Engine(settings.engine_path),
        lease=Lease(
            db,
            kind=opened.kind,
            place=place,
            seconds=settings.lease_seconds,
            is_leaving=not (settings.works or db.is_sqlite),
        ),
        wakes=Wakes(),
        catalog=Catalog(providers, vendors=vendors_without_code() if is_shipped else ()),
        quoter=Quoter(_secret(settings)),
        providers={provider.name: provider for provider in providers},
        vendors=VendorAccounts(providers, Seal(settings.data / "vendors.key"), sandbox=settings.sandbox),
        public=PublicAddresses(settings.public_url, _secret(settings), Links(_secret(settings))),
    )


def _prober(runtime: Runtime) -> Prober:
    return Prober(
        runtime.db,
        runtime.catalog,
        runtime.vendors,
        http=runtime.http,
        hub=runtime.hub,
        in_use=generation.models_in_use,
    )


async def _departed(db: Database, there: Iterable[Provider]) -> list[DepartedProvider]:
    """Who stands in for providers that are not here any more, and have generations that have not ended."""
    names, gone = {provider.name for provider in there}, defaultdict[str, set[str]](set)
    for model in await db.read(generation.models_unfinished):
        gone[model.partition(":")[0]].add(model)
    return [DepartedProvider(name, models) for name, models in gone.items() if name not in names]


async def _models_known(runtime: Runtime) -> tuple[AddedModels, Prober]:
    """Who look after what is known of models beside what ships, once all of it is in the catalogue."""
    added, prober = _added_models(runtime), _prober(runtime)
    await added.recall()
    await recall_changes(runtime.db, runtime.catalog)
    return added, prober


def _added_models(runtime: Runtime) -> AddedModels:
    return AddedModels(
        runtime.db, runtime.catalog, runtime.vendors, http=runtime.http, at_work=generation.models_at_work
    )


def _secret(settings: Settings) -> str:
    """What the studio signs with: quotes, links, hooks."""
    return secret_of(settings.data / "secret.key")


async def _keep_house(runtime: Runtime) -> None:
    """Each process forgets what its engine remembers; one of all forgets the rest."""
    await runtime.engine.forget_before((clock.now() - timedelta(days=1)).isoformat())
    if runtime.db.is_sqlite or await runtime.db.write(_is_my_turn):
        await _forget_old(runtime)


def _is_my_turn(session: Session) -> bool:
    return jobs.take_turn(session, "keep-house", every=timedelta(seconds=KEEP_HOUSE_SECONDS / 2))


async def _forget_old(runtime: Runtime) -> None:
    """Forgets what is past keeping: old events, the trash of last month, files nothing refers to."""
    settings, now = runtime.settings, clock.now()

    def _forget(session: Session) -> list[str]:
        events.forget_before(session, now - timedelta(days=settings.event_days))
        assets.purge_trash(session, now - timedelta(days=settings.trash_days))
        jobs.forget_calls(session, now - CALLS_KEPT_FOR)
        runtime.vendors.forget_deleted(session, generation.accounts_at_work(session))
        assets.orphan_unreferenced(session, now, in_use=generation.input_hashes_in_use(session))
        return list(assets.purge_orphans(session, now - timedelta(hours=settings.orphan_hours)))

    await assets.delete_objects(runtime.storage, await runtime.db.write(_forget))


def _clear_spool(spool: Path) -> None:
    """Removes what only the last process could use."""
    for name in ("uploads", "renditions"):
        shutil.rmtree(spool / name, ignore_errors=True)
