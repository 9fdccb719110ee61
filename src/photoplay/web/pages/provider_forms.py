"""What the forms of a vendor's page say, as the rooms take it."""

from collections.abc import Collection, Mapping
from typing import Any, Final, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from photoplay.web.errors import InvalidRequest

T = TypeVar("T", bound=BaseModel)
_SETTING: Final = "settings."
_LIMITS: Final = ("in_flight", "requests_per_minute", "tokens_per_minute")


async def filled_in(request: Request) -> dict[str, str]:
    """The text fields of the form, without the page's token."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str) and name != "csrf_token"}


def read_as(kind: type[T], values: Mapping[str, Any]) -> T:
    """The values as a schema. Raises `InvalidRequest`, by field."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        fields = {".".join(str(part) for part in one["loc"]): _sentence(one["msg"]) for one in problems}
        raise InvalidRequest(" ".join(dict.fromkeys(fields.values())), fields=fields) from None


def account_of(typed: Mapping[str, str]) -> dict[str, Any]:
    """A new account as it was filled in; empty fields are left out."""
    return {**_plain(typed), "settings": {name: value for name, value in _settings(typed).items() if value.strip()}}


def changes_of(typed: Mapping[str, str], secret: Collection[str]) -> dict[str, Any]:
    """What is to be changed of an account: an empty limit is the usual one, an empty key stays as it is."""
    settings = {name: value for name, value in _settings(typed).items() if value.strip() or name not in secret}
    return {**_plain(typed), **({"settings": settings} if settings else {})}


def _sentence(message: str) -> str:
    return f"{message.removeprefix('Value error, ').rstrip('.')}."


def _settings(typed: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(_SETTING): value for name, value in typed.items() if name.startswith(_SETTING)}


def _plain(typed: Mapping[str, str]) -> dict[str, Any]:
    limits = {name: typed[name].strip() or None for name in _LIMITS if name in typed}
    words = {name: typed[name].strip() for name in ("title", "turn", "is_on") if name in typed}
    return {**words, **limits}


def scalar_of(text: str) -> str | int | float | bool:
    """A value of a setting as it is meant: "2048" is a number, "yes" is true."""
    if text.lower() in ("yes", "true", "no", "false"):
        return text.lower() in ("yes", "true")
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
