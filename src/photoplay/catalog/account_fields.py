"""The fields of an account at a vendor: what they are called, what they may hold, and how they are written down."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from pydantic import SecretStr

from photoplay.catalog.vendor_views import AccountField
from photoplay.providers import ProviderSettings

_KEY_CHARACTERS: Final = 4000
_WORDS: Final = {"api": "API", "id": "ID", "url": "URL"}


def account_fields(kind: type[ProviderSettings]) -> list[AccountField]:
    """What an account of this kind has, keys first."""
    blank = settings_apart(kind, {})
    secret, needed = set(kind.secret_names()), set(blank.missing())
    fields = [
        AccountField(
            name=name,
            title=_title(name),
            about=field.description or "",
            variable=variable_of(kind, name),
            is_secret=name in secret,
            is_needed=name in needed,
            usual="" if name in secret or field.default is None else str(field.default),
        )
        for name, field in kind.model_fields.items()
    ]
    return sorted(fields, key=lambda field: (not field.is_needed, not field.is_secret))


def _title(name: str) -> str:
    """A field's name as people write it: "api_key" is "API key"."""
    words = " ".join(_WORDS.get(word, word) for word in name.split("_"))
    return words[:1].upper() + words[1:]


def settings_apart(kind: type[ProviderSettings], given: Mapping[str, Any]) -> ProviderSettings:
    """Settings without a look at the environment, whose values belong to another account."""
    default = {name: field.get_default(call_default_factory=True) for name, field in kind.model_fields.items()}
    return kind(**{**default, **{name: value for name, value in given.items() if name in default}})


def what_is_wrong(kind: type[ProviderSettings], name: str, value: str) -> str | None:
    """Why a field cannot have this value, in a sentence; None where it can."""
    if name not in kind.model_fields:
        return f"There is no such setting. Known are: {', '.join(kind.model_fields)}."
    if len(value) > _KEY_CHARACTERS or any(ord(letter) < 32 for letter in value.strip()):
        return "This is too long, or has characters that no key has."
    if name == "address" and value:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            return "This must be a plain http or https address."
    return None


def variable_of(kind: type[ProviderSettings], name: str) -> str:
    """The variable of the environment that sets a field."""
    field = kind.model_fields.get(name)
    alias = None if field is None else field.validation_alias
    if alias is None:
        return f"{kind.model_config.get('env_prefix', '')}{name}".upper()
    first = alias if isinstance(alias, str) else getattr(alias, "choices", [name])[0]
    return str(first).upper()


def as_json(access: ProviderSettings) -> str:
    """All fields in clear, to be sealed."""
    clear = {
        name: value.get_secret_value() if isinstance(value := getattr(access, name), SecretStr) else value
        for name in type(access).model_fields
    }
    return orjson.dumps(clear, default=str).decode()
