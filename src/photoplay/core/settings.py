"""Every setting of the program, read once at the start from the environment. What an admin changes lives in rows instead."""

from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from `PHOTOPLAY_...` in the environment. Secrets never print."""

    model_config = SettingsConfigDict(env_prefix="PHOTOPLAY_", extra="ignore", frozen=True)

    data: Path = Field(
        default=Path("photoplay-data"), description="The folder that holds everything: database, media, keys."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8765, ge=0, le=65535, description="Port to listen on.")
    allowed_hosts: tuple[str, ...] = Field(
        default=("127.0.0.1", "localhost", "[::1]"), description="Names under which the studio may be reached."
    )
    database_url: SecretStr | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="A Postgres database. Empty: SQLite in the data folder.",
    )
    local_renders: int = Field(default=1, ge=1, le=16, description="Local films rendered at the same time.")
    upload_bytes: int = Field(default=200_000_000, ge=1_000_000, description="Largest upload in bytes.")
    input_pixels: int = Field(default=80_000_000, ge=1_000_000, description="Largest picture taken, in pixels.")
    trash_days: int = Field(default=30, ge=1, description="Days a deleted asset can be brought back.")
    orphan_hours: int = Field(default=24, ge=1, description="Hours an unreferenced file is kept.")
    event_days: int = Field(default=7, ge=1, description="Days events are kept for programs that reconnect.")
    stop_seconds: int = Field(default=120, ge=1, description="Seconds a stop waits for orders that are on their way.")
    private_hosts: tuple[str, ...] = Field(
        default=(), description="Private hosts that the owner allows the guarded fetcher to reach."
    )
    log_level: str = Field(default="info", description="debug, info, warning or error.")

    @cached_property
    def sqlite_path(self) -> Path:
        """The database file of the embedded mode."""
        return self.data / "photoplay.sqlite3"

    @cached_property
    def engine_path(self) -> Path:
        """The database file of the job engine. It may be deleted: our own rows are the truth."""
        return self.data / "engine.sqlite3"

    @cached_property
    def spool(self) -> Path:
        """Files on their way: of orders, uploads and renditions."""
        return self.data / "tmp"

    @cached_property
    def blobs(self) -> Path:
        """The folder of stored media in the embedded mode."""
        return self.data / "blobs"
