"""A catalogue of made-up vendors for tests: cards and a data file, as text."""

from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from photoplay.catalog import Catalog
from photoplay.providers import Limits, ModelCard, Options
from tests.scripted import ScriptedProvider

RULE = 'source = "a test", read_on = 2026-11-21'


class Painterly(Options):
    """Settings of `paint:full`."""

    negative_prompt: str = ""
    guidance: float = Field(default=3, ge=1, le=10)
    steps: int = Field(default=20, ge=1, le=50)
    quality: Literal["low", "medium", "high"] = "medium"
    style_preset: Literal["anime", "photographic"] | None = None


FULL = ModelCard(
    id="paint:full",
    name="Full",
    vendor="Paint",
    operations=("text-to-image",),
    about="Has many settings.",
    options=Painterly,
    limits={"text-to-image": Limits(aspects=("1:1", "16:9", "9:16"), sizes=(512, 1024, 2048), prompt_characters=200)},
    typical_seconds={"text-to-image": 9.0},
)
BARE = ModelCard(
    id="paint:bare",
    name="Bare",
    vendor="Paint",
    operations=("text-to-image",),
    about="Has none.",
    typical_seconds={"text-to-image": 2.0},
)
FILM = ModelCard(
    id="film:reel",
    name="Reel",
    vendor="Film",
    operations=("text-to-video",),
    about="Makes films.",
    limits={
        "text-to-video": Limits(aspects=("16:9", "9:16"), sizes=("720p", "1080p"), durations_seconds=(5.0, 10.0)),
    },
    typical_seconds={"text-to-video": 60.0},
)
VOICE = ModelCard(
    id="film:voice", name="Voice", vendor="Film", operations=("text-to-speech",), about="Speaks.", options=Options
)
PAINT_DATA = """
[provider]
title = "Paint"
keys_at = "https://paint.example/keys"
in_flight = 3
source = "https://paint.example/prices"
read_on = 2026-11-21

[models."paint:full"]
also = ["full-1", "dall-e-9"]
rank = 90
names = { cfg_scale = "guidance" }
words = { quality = { fast = "low", standard = "medium", hd = "high" } }
prices = [
  { operation = "text-to-image", unit = "image", cost_usd = "0.02", when = { quality = "low" } },
  { operation = "text-to-image", unit = "image", cost_usd = "0.04", when = { quality = "medium" } },
  { operation = "text-to-image", unit = "tokens", cost_usd = "0.10", low_usd = "0.06", high_usd = "0.17" },
]

[models."paint:bare"]
rank = 40
lacking = { negative_prompt = "into-prompt" }
prices = [{ operation = "text-to-image", unit = "image", cost_usd = "0.03" }]

[models."paint:old"]
name = "Paint Old"
operations = ["text-to-image"]
lifecycle = { state = "retired", since = 2026-05-12, heir = "full-1" }
prices = [{ operation = "text-to-image", unit = "image", cost_usd = "0.08" }]

[models."paint:older"]
name = "Paint Older"
operations = ["text-to-image", "text-to-video"]
lifecycle = { state = "retired", heir = "paint:old" }

[models."paint:site-only"]
name = "Site Only"
operations = ["text-to-image"]
lifecycle = { state = "unavailable", reason = "It has no API" }
"""
FILM_DATA = f"""
[models."film:reel"]
lifecycle = {{ state = "deprecated", until = 2026-12-24, heir = "film:next" }}
prices = [{{ operation = "text-to-video", unit = "second", cost_usd = "0.05", {RULE} }}]

[models."film:voice"]
prices = [{{ operation = "text-to-speech", unit = "1k-characters", cost_usd = "0.08", {RULE} }}]
"""


@dataclass
class Offering(ScriptedProvider):
    """A vendor with these cards and this data file."""

    text: str = ""
    offered: tuple[ModelCard, ...] = field(default=())

    def __post_init__(self) -> None:
        self.cards = self.offered

    def data(self) -> str:
        """The text of its data file."""
        return self.text


def vendors() -> tuple[Offering, Offering]:
    """Paint, which makes pictures, and Film, which makes films and speech."""
    return (
        Offering(name="paint", text=PAINT_DATA, offered=(FULL, BARE)),
        Offering(name="film", text=FILM_DATA, offered=(FILM, VOICE)),
    )


def a_catalog() -> Catalog:
    """Their catalogue."""
    return Catalog(vendors())
