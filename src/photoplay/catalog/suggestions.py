"""Prompts to begin with, by kind and category. Data in `suggestions.toml`."""

import tomllib
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict


class Suggestion(BaseModel):
    """A prompt to begin with. `title` is short enough for a chip."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    operation: str
    category: str
    title: str
    prompt: str


@cache
def suggestions() -> tuple[Suggestion, ...]:
    """All suggestions, in the order of the file."""
    text = (resources.files("photoplay.catalog") / "suggestions.toml").read_text("utf-8")
    return tuple(Suggestion.model_validate(entry) for entry in tomllib.loads(text)["suggestion"])
