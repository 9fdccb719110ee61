"""The settings that mean the same on every model, and what becomes of one that a model lacks. Data in the file beside."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict

from photoplay.catalog.data_file import Lack
from photoplay.providers import Json


class CommonSetting(BaseModel):
    """One of them. `words` is how it is said in a prompt, with `{value}` in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    kind: Literal["text", "whole", "number", "any"]
    lacking: Lack
    outside: Literal["refuse", "nearest", "into-prompt"] = "refuse"
    words: str = ""

    def wrong(self, value: Json) -> str | None:
        """What is wrong with a value before any model is asked; None where nothing is."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        match self.kind:
            case "text" if not isinstance(value, str) or "\0" in value or len(value) > 4000:
                return "Give a text of at most 4,000 characters."
            case "whole" if not is_number or value != int(value) or abs(value) > 2**53:  # type: ignore[arg-type]
                return "Give a whole number."
            case "number" if not is_number:
                return "Give a number."
        return None


class CommonSettings(BaseModel):
    """The whole file. To the words of `literal_prompts` nothing is added: they are spoken, or searched for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    literal_prompts: tuple[str, ...]
    settings: Mapping[str, CommonSetting]


@cache
def common_settings() -> CommonSettings:
    """All of them, by name."""
    text = (resources.files("photoplay.catalog") / "common_settings.toml").read_text("utf-8")
    return CommonSettings.model_validate(tomllib.loads(text))
