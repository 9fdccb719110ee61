"""One item of a batch as many: each combination of the alternatives in its prompt and of the values listed for its settings."""

import re
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, Final

from photoplay.generation.errors import BatchTooLarge, MatrixWrong
from photoplay.generation.schemas import MOST_ITEMS, BatchItem

_MODEL: Final = "model"
_PROMPT: Final = "prompt"
_BRACES: Final = re.compile(r"(?<!\\)\{((?:\\.|[^{}\\])*)\}")
_BAR: Final = re.compile(r"(?<!\\)\|")
_OPENED: Final = re.compile(r"(?<!\\)\{")
_MEANT: Final = re.compile(r"\\([{}|])")
_SPACES: Final = re.compile(r" {2,}")


def expand(items: Sequence[BatchItem]) -> list[tuple[int, BatchItem]]:
    """The items that a batch has, each with the number of the one that it comes of.

    Raises `MatrixWrong` for braces that do not close and lists without values, `BatchTooLarge` above 100 generations.
    """
    ways = [_ways(number, item) for number, item in enumerate(items)]
    count = sum(
        item.count * prod(len(values) for values in way.values()) for item, way in zip(items, ways, strict=True)
    )
    if count > MOST_ITEMS:
        raise BatchTooLarge(f"This makes {count} results; a batch has at most {MOST_ITEMS}. Leave some values out.")
    return [
        (number, _with(item, dict(zip(way, values, strict=True))))
        for number, (item, way) in enumerate(zip(items, ways, strict=True))
        for values in product(*way.values())
    ]


def prompts_of(words: str) -> list[str]:
    """Every prompt that words with alternatives stand for: `{dawn|dusk} over {sea|city}` is four.

    A backslash takes the meaning from a brace or bar that follows it; braces without a bar stand for themselves. Raises
    `MatrixWrong` where a brace that was opened is not closed, or opens inside another.
    """
    pieces: list[list[str]] = []
    end = 0
    for found in _BRACES.finditer(words):
        pieces += [[_plain(words[end : found.start()])], _options(found[1])]
        end = found.end()
    pieces.append([_plain(words[end:])])
    prompts = ["".join(parts) for parts in product(*pieces)]
    return prompts if len(prompts) == 1 else [_SPACES.sub(" ", prompt).strip() for prompt in prompts]


def _ways(number: int, item: BatchItem) -> dict[str, list[Any]]:
    """The values of everything that varies, the prompt first."""
    if item.matrix is None:
        return {}
    empty = [name for name, values in item.matrix.items() if not values]
    if empty:
        wrong = {f"items.{number}.matrix.{name}": "List at least one value." for name in empty}
        raise MatrixWrong("A list of the matrix is empty.", fields=wrong)
    words = item.params.get(_PROMPT)
    spoken: dict[str, list[Any]] = {}
    if isinstance(words, str) and _PROMPT not in item.matrix:
        spoken[_PROMPT] = list(dict.fromkeys(prompts_of(words)))
    return spoken | {name: _once(values) for name, values in item.matrix.items()}


def _once(values: Sequence[Any]) -> list[Any]:
    return [value for at, value in enumerate(values) if value not in values[:at]]


def _with(item: BatchItem, values: Mapping[str, Any]) -> BatchItem:
    if item.matrix is None:
        return item
    params = {**item.params, **{name: value for name, value in values.items() if name != _MODEL}}
    return item.model_copy(update={"params": params, "model": str(values.get(_MODEL, item.model)), "matrix": None})


def _options(inside: str) -> list[str]:
    """What stands between two bars; without a bar it is no choice."""
    options = [_MEANT.sub(r"\1", option).strip() for option in _BAR.split(inside)]
    return [f"{{{options[0]}}}"] if len(options) == 1 else list(dict.fromkeys(options))


def _plain(words: str) -> str:
    """Words without alternatives, as they are meant."""
    if _OPENED.search(words):
        raise MatrixWrong(
            "A brace in the prompt opens and does not close before the next. Close it, or write \\{ for one that is meant."
        )
    return _MEANT.sub(r"\1", words)
