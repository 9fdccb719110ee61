"""Small drawings and words that templates ask for: icons, aspect boxes, swatches, states, places in the queue."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from markupsafe import Markup


class StateWords(NamedTuple):
    """How a state of a generation is shown: always an icon or a word with the colour of `tone`."""

    word: str
    icon: str
    tone: str


STATES: Mapping[str, StateWords] = {
    "queued": StateWords("Queued", "clock", "queued"),
    "running": StateWords("Running", "loader", "running"),
    "uncertain": StateWords("Uncertain", "circle-question-mark", "uncertain"),
    "succeeded": StateWords("Ready", "circle-check", "ready"),
    "failed": StateWords("Failed", "triangle-alert", "failed"),
    "cancelled": StateWords("Cancelled", "circle-slash", "cancelled"),
}
_PLACES = ("Next in line", "Second in line", "Third in line", "Fourth in line", "Fifth in line")


class HasStatus(Protocol):
    """Anything with a state."""

    @property
    def status(self) -> str:
        """The state's name."""
        ...


class HasFiles(Protocol):
    """Anything kept with its files."""

    @property
    def id(self) -> str:
        """The asset's id."""
        ...

    @property
    def files(self) -> Mapping[str, str]:
        """The addresses of the files that are there, by rendition."""
        ...


def file_of(asset: HasFiles, rendition: str) -> str:
    """The address of a rendition; where it is not made yet, one that makes it when it is asked for."""
    return asset.files.get(rendition) or f"/api/v1/assets/{asset.id}/file?rendition={rendition}"


def ratio(aspect: str) -> Markup:
    """An aspect such as "16:9" as a small box of that shape."""
    width, height = (float(part) for part in aspect.split(":"))
    scale = min(16 / max(width, height), (136 / (width * height)) ** 0.5)
    w, h = scale * width, scale * height
    x, y = 9 - w / 2, 9 - h / 2
    return Markup(
        '<svg class="ratio" viewBox="0 0 18 18" aria-hidden="true">'
        '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2"/></svg>'
    ).format(x, y, w, h)


def swatches(colours: Iterable[str]) -> Markup:
    """The colours of a palette side by side; nothing without colours."""
    bar = Markup('<rect x="{}" width="1.02" height="1" fill="{}"/>')
    bars = [bar.format(place, colour) for place, colour in enumerate(colours)]
    if not bars:
        return Markup("")
    return Markup(
        '<svg class="swatches" viewBox="0 0 {} 1" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    ).format(len(bars), Markup("").join(bars))


def in_line(position: int) -> str:
    """The place in the queue in words; the next one to start is 1."""
    place = max(position, 1)
    return _PLACES[place - 1] if place <= len(_PLACES) else f"Number {place} in line"


def counted(generations: Iterable[HasStatus]) -> str:
    """What is not over yet: "1 running, 2 queued"."""
    counts = Counter(generation.status for generation in generations)
    parts = [f"{counts[state]} {state}" for state in ("running", "queued", "uncertain") if counts[state]]
    return ", ".join(parts)
