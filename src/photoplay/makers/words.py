"""What single words say: finds the phrases of `words.toml` in a prompt, with their amounts. No scene is chosen here."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from photoplay.makers.palettes import toned

WEATHER = ("cloud", "haze", "rain", "snow", "wind")
MOST_PARTS = 4

_WORD = re.compile(r"[a-z0-9']+(?:-[a-z0-9']+)*")
_CLOCK = re.compile(r"\b(?:at )?(\d{1,2})(?::(\d{2}))? ?(am|pm|o'clock)\b|\b([01]?\d|2[0-3]):([0-5]\d)\b")
_KEPT_S = ("ss", "us", "is", "as", "os")


@dataclass
class Said:
    """What the words say. Nothing is filled in that they do not say."""

    hour: float | None = None
    sun: float | None = None
    mood: str | None = None
    palette: str | None = None
    colors: list[str] = field(default_factory=list)
    """As "#rrggbb", in the order they were named."""
    weather: dict[str, float] = field(default_factory=dict)


def parts_of(text: str) -> list[str]:
    """The words in lower case, hyphens split, plurals as they stand."""
    return [part for word in _WORD.findall(text.lower()) for part in word.split("-") if part]


def singular(word: str) -> str:
    """A plain guess, good enough to look a noun up."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(_KEPT_S):
        return word
    for plural, end in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("sses", "ss"), ("lves", "lf")):
        if word.endswith(plural):
            return word.removesuffix(plural) + end
    return word[:-1]


def phrases(text: str, known: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """The known phrases in the text with the place of their first word; longer phrases go first, none overlap."""
    parts = parts_of(text)
    place = 0
    while place < len(parts):
        for length in range(min(MOST_PARTS, len(parts) - place), 0, -1):
            found = parts[place : place + length]
            spellings = (" ".join(found), " ".join([*found[:-1], singular(found[-1])]))
            phrase = next((spelling for spelling in spellings if spelling in known), None)
            if phrase is not None:
                yield place, phrase
                place += length
                break
        else:
            place += 1


def said_in(prompt: str) -> Said:
    """Reads hour, weather, colours, mood and light out of a prompt."""
    said = Said()
    tables, known = _tables(), _known()
    parts = parts_of(prompt)
    for place, phrase in phrases(prompt, known):
        before = parts[max(place - 2, 0) : place][::-1]
        if before[:1] and before[0] in tables["negators"]:
            said.weather.update({kind: 0.0 for kind in WEATHER if phrase in tables[kind]})
            continue
        _note(said, phrase, before)
    clock = _clock(prompt.lower())
    if clock is not None:
        said.hour = clock
    return said


def _note(said: Said, phrase: str, before: list[str]) -> None:
    """`before`: the two words in front, the nearest first."""
    tables = _tables()
    degree = next((tables["degree"][word] for word in before if word in tables["degree"]), 1.0)
    for kind in WEATHER:
        if phrase in tables[kind]:
            amount = min(tables[kind][phrase] * degree, 1.0)
            said.weather[kind] = round(max(amount, said.weather.get(kind, 0.0)) if amount else 0.0, 3)
    if said.hour is None:
        said.hour = tables["hour"].get(phrase)
    said.sun = tables["sun"].get(phrase, said.sun)
    said.mood = said.mood or tables["mood"].get(phrase)
    said.palette = said.palette or tables["palette"].get(phrase)
    if phrase in tables["color"]:
        said.colors.append(toned(tables["color"][phrase], tables["tone"].get(before[0] if before else "", 0.0)))


def _clock(text: str) -> float | None:
    match = _CLOCK.search(text)
    if match is None:
        return None
    hour, minute, half, hour_of_24, minute_of_24 = match.groups()
    if hour_of_24 is not None:
        return round(int(hour_of_24) + int(minute_of_24) / 60, 2)
    given = int(hour) % 12 if half in ("am", "pm") else int(hour)
    return round((given + (12 if half == "pm" else 0)) % 24 + int(minute or 0) / 60, 2)


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((resources.files("photoplay.makers") / "words.toml").read_text("utf-8"))


@cache
def _known() -> dict[str, None]:
    tables = _tables()
    names = ("hour", "sun", "mood", "palette", "color", *WEATHER)
    return dict.fromkeys([*tables["neutral"], *(phrase for name in names for phrase in tables[name])])
