"""How settings are said on pages: labels, values, units, and which are shown at once. Data in the file beside."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict


class SettingWords(BaseModel):
    """The whole file. `values` are by setting; "*" holds for all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    usual: tuple[str, ...]
    labels: Mapping[str, str]
    units: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]

    def value(self, name: str, value: str) -> str | None:
        """The word for a value of a setting; None where it speaks for itself."""
        return self.values.get(name, {}).get(value) or self.values.get("*", {}).get(value)

    def place(self, name: str) -> int:
        """Where a setting stands among the usual ones; after all of them where it is none."""
        return self.usual.index(name) if name in self.usual else len(self.usual)


@cache
def setting_words() -> SettingWords:
    """All of them."""
    text = (resources.files("photoplay.web") / "setting_words.toml").read_text("utf-8")
    return SettingWords.model_validate(tomllib.loads(text))
