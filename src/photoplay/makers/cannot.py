"""What the words ask for that no scene can paint (`cannot.toml`): people, animals, products and the like."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from photoplay.makers.words import phrases


def cannot_paint(prompt: str) -> tuple[str, ...]:
    """The words of the prompt that no scene paints, in their order, each once."""
    kinds = _kinds()
    found = [phrase for _, phrase in phrases(prompt, kinds) if kinds[phrase] != "exempt"]
    return tuple(dict.fromkeys(found))


@cache
def _kinds() -> Mapping[str, str]:
    """Each phrase with its kind; "exempt" ones swallow the words they hold."""
    tables = tomllib.loads((resources.files("photoplay.makers") / "cannot.toml").read_text("utf-8"))
    exempt = [phrase.replace("_", " ") for phrase in tables.pop("exempt")]
    kinds = {word.replace("_", " "): kind for kind, words in tables.items() for word in words.split()}
    return kinds | dict.fromkeys(exempt, "exempt")
