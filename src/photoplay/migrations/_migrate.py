"""Runs the migrations that a database lacks. Alembic is imported only if there are any: it is not needed to serve."""

from importlib import resources
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from photoplay.core.errors import PhotoplayError
from photoplay.core.log import Log

HEAD: Final = "0005"
_POSTGRES_LOCK: Final = 7_071_067_811
_log = Log("migrations")


class SchemaTooNew(PhotoplayError):
    """The database was written by a newer release; this one must not touch it."""

    code = "schema_too_new"
    status = 503


def migrate(engine: Engine) -> bool:
    """Brings the schema to `HEAD`. Returns whether anything was done. Raises `SchemaTooNew`."""
    with engine.connect() as connection:
        if _version(connection) == HEAD:
            return False
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})"))
        version = _version(connection)
        if version == HEAD:
            return False
        if version is not None and version > HEAD:
            raise SchemaTooNew(
                f"This data was written by a newer release (schema {version}, this one knows {HEAD}). "
                "Start the newer release, or restore a backup from before."
            )
        _upgrade(connection)
    _log.info("database.migrated", to=HEAD)
    return True


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    with resources.as_file(resources.files("photoplay.migrations")) as folder:
        config.set_main_option("script_location", str(Path(folder)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
