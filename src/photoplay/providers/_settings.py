"""How an account at a vendor is reached: its base address and keys."""

from typing import ClassVar, Final, Self

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SANDBOX_KEY: Final = "sandbox"


class ProviderSettings(BaseSettings):
    """Each provider file has its own: `address`, and its keys as `SecretStr`, named in the environment as the vendor does.

    The environment gives one account; more are kept, sealed, by the room `catalog`. A key never prints.
    """

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True, populate_by_name=True
    )
    sandbox_path: ClassVar[str] = ""
    """Where the vendor's simulator lies below the sandbox's address."""
    address: str = ""
    """Base address without a slash at the end."""

    def missing(self) -> tuple[str, ...]:
        """The names of the keys that are empty: with one of them missing nothing can be ordered."""
        return tuple(name for name in self.secret_names() if not getattr(self, name).get_secret_value())

    def hint(self) -> str | None:
        """What to do where it is not a key that is missing, in a sentence; None: a key, or nothing."""
        return None

    @classmethod
    def secret_names(cls) -> tuple[str, ...]:
        """The fields that hold a key."""
        return tuple(name for name, field in cls.model_fields.items() if field.annotation is SecretStr)

    @classmethod
    def at_sandbox(cls, url: str) -> Self:
        """The same vendor as simulated below this address, with made-up keys."""
        made_up = dict.fromkeys(cls.secret_names(), SecretStr(SANDBOX_KEY))
        return cls(address=url.rstrip("/") + cls.sandbox_path, **made_up)
