"""Every setting of the program, read once at the start from the environment. What an admin changes lives in rows instead."""

from functools import cached_property
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from photoplay.core.errors import BadInput

_POSTGRES: Final = ("postgresql://", "postgres://", "postgresql+psycopg://")


class SettingsWrong(BadInput):
    """A setting has a value that cannot be."""

    code = "settings_wrong"


class Settings(BaseSettings):
    """Read from `PHOTOPLAY_...` in the environment. Secrets never print."""

    model_config = SettingsConfigDict(
        env_prefix="PHOTOPLAY_", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

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
    s3_bucket: str | None = Field(
        default=None, description="An S3 bucket that keeps the media. Empty: a folder in the data folder."
    )
    s3_endpoint: str | None = Field(
        default=None, description="Address of an S3-compatible store, such as https://s3.example.org. Empty: AWS."
    )
    s3_region: str = Field(default="us-east-1", description="Region of the bucket.")
    s3_access_key: str = Field(default="", description="Name of the key that may read and write the bucket.")
    s3_secret_key: SecretStr = Field(default=SecretStr(""), description="Secret of that key.")
    s3_folder: str = Field(default="blobs", description="Folder in the bucket that is the studio's own.")
    media_folder: Path | None = Field(
        default=None,
        description="A folder that keeps the media, the same on all machines. Empty: one in the data folder. A bucket goes before.",
    )
    scratch: Path | None = Field(
        default=None,
        description="A folder on a disk of this machine for files on their way. Empty: in the data folder.",
    )
    lease_seconds: int = Field(
        default=30,
        ge=2,
        le=600,
        description="Several machines on Postgres: after so many seconds of silence others go on with the work of one.",
    )
    works: bool = Field(
        default=True,
        description="Several machines on Postgres: whether `photoplay serve` works too, or leaves that to `photoplay work`.",
    )
    local_renders: int = Field(default=1, ge=1, le=16, description="Local films rendered at the same time.")
    upload_bytes: int = Field(default=200_000_000, ge=1_000_000, description="Largest upload in bytes.")
    input_pixels: int = Field(default=80_000_000, ge=1_000_000, description="Largest picture taken, in pixels.")
    trash_days: int = Field(default=30, ge=1, description="Days a deleted asset can be brought back.")
    least_free_mb: int = Field(
        default=200, ge=0, description="Megabytes free on the disk of the data, below which nothing is ordered."
    )
    orphan_hours: int = Field(default=24, ge=1, description="Hours an unreferenced file is kept.")
    event_days: int = Field(default=7, ge=1, description="Days events are kept for programs that reconnect.")
    stop_seconds: int = Field(default=120, ge=1, description="Seconds a stop waits for orders that are on their way.")
    public_url: str | None = Field(
        default=None,
        description="Address under which vendors reach the studio, such as https://studio.example.org: for callbacks, "
        "and for inputs of models that take links alone. Empty: vendors are asked, and get the files themselves.",
    )
    private_hosts: tuple[str, ...] = Field(
        default=(), description="Private hosts that the owner allows the guarded fetcher to reach."
    )
    sandbox: str | None = Field(
        default=None,
        description="Address of a running `photoplay sandbox`: every vendor is the simulated one there. Empty: the real ones.",
    )
    breaker_failures: int = Field(
        default=5, ge=1, le=100, description="Failures of a vendor in a row after which it rests."
    )
    breaker_rest_seconds: int = Field(
        default=30,
        ge=1,
        description="Seconds of a vendor's first rest; each further one is twice as long, up to 15 minutes.",
    )
    stripe_key: SecretStr = Field(
        default=SecretStr(""), description="Secret key of a Stripe account that credits are sold by. Empty: not sold."
    )
    stripe_signing_secret: SecretStr = Field(
        default=SecretStr(""), description="Secret that Stripe signs its calls to /hooks/stripe/checkout with."
    )
    stripe_url: str = Field(default="https://api.stripe.com", description="Address of Stripe's API.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error."
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_small_letters(cls, level: object) -> object:
        return level.lower() if isinstance(level, str) else level

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(_POSTGRES):
            raise ValueError("DATABASE_URL names a Postgres database: postgresql://user:password@host/name.")
        return url

    @field_validator("public_url")
    @classmethod
    def _is_origin(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url.rstrip("/"))
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username:
            raise ValueError("PHOTOPLAY_PUBLIC_URL is an address without a path, such as https://studio.example.org.")
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def public_host(self) -> str | None:
        """The name in `public_url`, under which the studio answers too."""
        return None if self.public_url is None else urlsplit(self.public_url).hostname

    @field_validator("sandbox")
    @classmethod
    def _is_address(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("http://", "https://")):
            raise ValueError("PHOTOPLAY_SANDBOX is the address of a sandbox, such as http://127.0.0.1:8766.")
        return None if url is None else url.rstrip("/")

    @model_validator(mode="after")
    def _bucket_has_its_keys(self) -> Self:
        if self.s3_bucket is not None and not (self.s3_access_key and self.s3_secret_key.get_secret_value()):
            raise ValueError("PHOTOPLAY_S3_BUCKET needs PHOTOPLAY_S3_ACCESS_KEY and PHOTOPLAY_S3_SECRET_KEY.")
        return self

    @cached_property
    def database_address(self) -> str:
        """The database as SQLAlchemy names it."""
        if self.database_url is None:
            return f"sqlite:///{self.sqlite_path}"
        return f"postgresql+psycopg://{self.database_url.get_secret_value().partition('://')[2]}"

    @cached_property
    def sqlite_path(self) -> Path:
        """The database file of the embedded mode."""
        return self.data / "photoplay.sqlite3"

    @property
    def engine_path(self) -> Path:
        """The database file of the job engine. It may be deleted: our own rows are the truth."""
        return self.place / "engine.sqlite3"

    @property
    def place(self) -> Path:
        """The folder that is this process's alone."""
        return self.scratch or self.data

    @property
    def places(self) -> Path:
        """On Postgres: the folder with one folder for each process that runs here."""
        return self.place / "processes"

    @property
    def certificate(self) -> Path:
        """The folder of the certificate that signs what is made."""
        return self.data / "credentials"

    @property
    def address_path(self) -> Path:
        """The file that says where the studio of this process is, while it runs."""
        return (self.data if self.database_url is None else self.place) / "address"

    @property
    def spool(self) -> Path:
        """Files on their way: of orders, uploads and renditions."""
        return self.place / "tmp"

    @cached_property
    def blobs(self) -> Path:
        """The folder of stored media, where no bucket keeps them."""
        return self.media_folder or self.data / "blobs"


def read_settings(**given: object) -> Settings:
    """The settings of the environment, and what is `given` instead. Raises `SettingsWrong`, which shows no value."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = [
            (".".join(str(part) for part in one["loc"]), one["msg"].removeprefix("Value error, "))
            for one in error.errors()
        ]
        fields = {name if name in given else _variable(name): message for name, message in wrong if name}
        message = next((message for name, message in wrong if not name), "Some settings cannot be used.")
        raise SettingsWrong(message, fields=fields) from None


def _variable(name: str) -> str:
    """The environment variable of a field, as people set it."""
    return name if name.isupper() else f"{Settings.model_config['env_prefix']}{name.upper()}"
