"""Forms about money: numbers as people type them, what is wrong beside its field, and the way back after a removal."""

import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from photoplay.core.errors import BadInput

Was = TypeVar("Was", bound=BaseModel)
NEW: Final = "new"
"""What the form for one more is called, so nothing else is."""
_ORNAMENTS = re.compile(r"[\s$%\u00a0]|credits?$")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")


@dataclass(frozen=True)
class Wrong:
    """A form that could not be taken: which one, what is said beside its fields, and what was typed."""

    at: str
    fields: Mapping[str, str]
    typed: Mapping[str, str]
    message: str = ""


def typed_in(form: FormData) -> dict[str, str]:
    """What was typed, without the token."""
    return {name: str(value).strip() for name, value in form.items() if name != "csrf_token"}


def number_in(typed: Mapping[str, str], name: str) -> str | None:
    """A number as it was typed, without "$", "%", "credits" and the commas of thousands; None where nothing was typed.

    Any other comma stays, so that "12,50" is refused and never taken for 1250.
    """
    number = _ORNAMENTS.sub("", typed.get(name, "").strip().lower())
    return (number.replace(",", "") if _GROUPED.fullmatch(number) else number) or None


def wrong_at(at: str, error: ValidationError, words: Mapping[str, str], typed: Mapping[str, str]) -> Wrong:
    """What is said beside each wrong field; `words` by the first part of its place, the empty name for all others."""
    places = [[str(part) for part in one["loc"]] for one in error.errors()]
    fields = {".".join(place): words.get(place[0] if place else "", words[""]) for place in places}
    return Wrong(at, fields, typed)


def name_from(title: str, taken: Container[str], *, fallback: str) -> str:
    """A short name for addresses from a title: "Team Nord" is "team-nord". One without a letter of a to z gets a number."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("0123456789-")[:30].rstrip("-")
    if name and name != NEW:
        return name
    return next(one for number in range(1, 10_000) if (one := f"{fallback}-{number}") not in taken)


def was_in(form: FormData, kind: type[Was]) -> Was:
    """What an `Undo` form brings back. Raises `BadInput` when it is not what the page had written there."""
    try:
        return kind.model_validate_json(str(form.get("was") or ""))
    except ValidationError as error:
        raise BadInput("This cannot be undone any more. Set it again by hand.") from error
