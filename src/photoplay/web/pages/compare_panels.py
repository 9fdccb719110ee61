"""What stands side by side on Compare: one panel for each result, with its price, its seconds and what its recipe differs in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from photoplay.assets import AssetView
from photoplay.generation import GenerationView
from photoplay.web.templating import clock, money

MOST: Final = 6
"""More than these cannot be looked at side by side."""
_LETTERS: Final = 280


@dataclass(frozen=True)
class Difference:
    """One setting that is not the same on all."""

    name: str
    value: str


@dataclass(frozen=True)
class Panel:
    """One result, or the work on it. `picked`: it has five stars."""

    generation: GenerationView | None
    asset: AssetView | None
    differences: tuple[Difference, ...] = ()

    @property
    def key(self) -> str:
        """What the page knows it by."""
        return self.generation.id if self.generation else self.asset.id if self.asset else ""

    @property
    def status(self) -> str:
        """As of a generation; a file that was brought along is there."""
        return self.generation.status if self.generation else "succeeded"

    @property
    def kind(self) -> str:
        """Picture, film or sound."""
        return self.asset.kind if self.asset else self.generation.kind if self.generation else "image"

    @property
    def title(self) -> str:
        """Who made it."""
        named = self.asset.model_name if self.asset else self.generation.model_name if self.generation else ""
        return named or (self.asset.title if self.asset else "") or "Upload"

    @property
    def price(self) -> str:
        """What it costs its owner, in credits or dollars."""
        one = self.generation or self.asset
        if one is None or (self.generation is None and one.cost_usd is None):
            return ""
        if one.price_credits is not None:
            return f"{one.price_credits} credits" if one.price_credits else "Free"
        cost = (
            one.cost_usd if one.cost_usd is not None else self.generation.quoted_usd if self.generation else Decimal(0)
        )
        return money(cost) if cost else "Free"

    @property
    def seconds(self) -> str:
        """How long it took, once it has ended."""
        made = self.generation
        if made is None or made.started_at is None or made.finished_at is None:
            return ""
        took = (made.finished_at - made.started_at).total_seconds()
        return f"{took:.1f} s" if took < 10 else f"{took:.0f} s"

    @property
    def measure(self) -> str:
        """Its pixels, and its length."""
        if self.asset is None:
            return ""
        pixels = f"{self.asset.width} x {self.asset.height}" if self.asset.width else ""
        length = clock(self.asset.duration_seconds) if self.asset.duration_seconds else ""
        return ", ".join(part for part in (pixels, length) if part)

    @property
    def is_picked(self) -> bool:
        """Whether it is the one that was chosen."""
        return self.asset is not None and self.asset.rating == 5


@dataclass(frozen=True)
class Comparison:
    """All panels, and what they have in common."""

    panels: tuple[Panel, ...]
    prompt: str
    kind: str

    @property
    def ratio(self) -> float:
        """Width by height of the frames: that of the first that is known."""
        for panel in self.panels:
            if panel.asset and panel.asset.width and panel.asset.height:
                return panel.asset.width / panel.asset.height
            if panel.generation and panel.generation.aspect:
                return panel.generation.aspect
        return 16 / 9

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return all(panel.status in ("succeeded", "failed", "cancelled") for panel in self.panels)

    @property
    def total(self) -> str:
        """What all of them cost together."""
        made = [panel.generation for panel in self.panels if panel.generation]
        credits = [one.price_credits for one in made if one.price_credits is not None]
        if credits:
            return f"{sum(credits)} credits"
        costs = [one.cost_usd if one.cost_usd is not None else one.quoted_usd for one in made]
        return (money(sum(costs, Decimal(0))) if any(costs) else "Free") if made else ""


def comparison_of(pairs: Sequence[tuple[GenerationView | None, AssetView | None]]) -> Comparison:
    """The panels of these, at most six, each with the settings in which it differs from another."""
    shown = [pair for pair in pairs if pair != (None, None)][:MOST]
    facts = [_facts(generation, asset) for generation, asset in shown]
    names = list(dict.fromkeys(name for one in facts for name in one))
    differing = [name for name in names if len({one.get(name, "") for one in facts}) > 1]
    panels = tuple(
        Panel(generation, asset, tuple(Difference(_label(name), one[name]) for name in differing if name in one))
        for (generation, asset), one in zip(shown, facts, strict=True)
    )
    prompts = list(dict.fromkeys(_prompt(generation, asset) for generation, asset in shown))
    kind = panels[0].kind if panels else "image"
    return Comparison(panels, prompts[0] if len(prompts) == 1 else "", kind)


def _prompt(generation: GenerationView | None, asset: AssetView | None) -> str:
    return generation.prompt if generation else asset.prompt if asset else ""


def _facts(generation: GenerationView | None, asset: AssetView | None) -> dict[str, str]:
    """The recipe by name, as it is read; the model stands in the head of its panel."""
    params: Mapping[str, Any] = generation.params if generation else asset.params if asset else {}
    said = {"prompt": _prompt(generation, asset)[:_LETTERS]}
    sent = str(params.get("prompt") or "")
    if sent and sent != _prompt(generation, asset):
        said["sent_as"] = sent[:_LETTERS]
    plain = {name: value for name, value in params.items() if name != "prompt"}
    return said | {name: spoken for name, value in plain.items() if (spoken := _spoken(name, value))}


def _spoken(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        value = f"{value:g}"
    if value is None or not isinstance(value, str | int):
        return ""
    return f"{value} s" if name.endswith("_seconds") else str(value)[:_LETTERS]


def _label(name: str) -> str:
    words = name.removesuffix("_seconds").replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
