"""Settings of `local:scene` beyond prompt, aspect, size and seed. What is left empty follows the words."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from photoplay.makers.palettes import NATURAL, palette_colors, palettes
from photoplay.makers.scene_list import scenes

SceneMood = Literal["calm", "natural", "dramatic"]
Share = Annotated[float, Field(ge=0, le=1)]


def _known_scene(value: str | None) -> str | None:
    if value in (None, "auto"):
        return None
    if value not in scenes():
        raise ValueError(f"Choose one of: {', '.join(scenes())}.")
    return value


def _known_palette(value: str | None) -> str | None:
    if value in (None, "auto"):
        return None
    palette_colors(value)
    return value


def _scene_extra() -> dict[str, Any]:
    return {"enum": list(scenes()), "x-labels": {name: scene.title for name, scene in scenes().items()}}


def _palette_extra() -> dict[str, Any]:
    named = palettes()
    return {
        "enum": [NATURAL, *named],
        "x-labels": {NATURAL: "Natural", **{name: palette.title for name, palette in named.items()}},
        "x-swatches": {name: list(palette.colors) for name, palette in named.items()},
    }


def _light(step: float) -> dict[str, Any]:
    return {"x-control": "light", "x-step": step}


class SceneOptions(BaseModel):
    """Explicit settings; they always win over the words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scene: Annotated[str | None, AfterValidator(_known_scene)] = Field(
        default=None,
        description="What is painted. Empty: the scene nearest to the words.",
        json_schema_extra=_scene_extra(),
    )
    palette: Annotated[str | None, AfterValidator(_known_palette)] = Field(
        default=None,
        description='Colours: a named palette, or your own as "#102030,#4080c0,#f0e0d0" (shadows, body, highlights).',
        json_schema_extra=_palette_extra(),
    )
    mood: SceneMood | None = Field(default=None, description="Calm softens, dramatic deepens contrast and colour.")
    hour: float | None = Field(
        default=None,
        ge=0,
        le=24,
        description="Time of day: 6 dawn, 12 noon, 19 sunset, 0 night.",
        json_schema_extra=_light(0.1),
    )
    sun: float | None = Field(
        default=None,
        ge=-1,
        le=1,
        description="Where the sun or moon stands: -1 left, 1 right.",
        json_schema_extra=_light(0.01),
    )
    haze: Share | None = Field(default=None, description="0 clear air, 1 thick fog.", json_schema_extra=_light(0.01))
    cloud: Share | None = Field(default=None, description="0 clear sky, 1 overcast.", json_schema_extra=_light(0.01))
    rain: Share | None = Field(default=None, description="0 dry, 1 downpour.", json_schema_extra=_light(0.01))
    snow: Share | None = Field(default=None, description="0 none, 1 heavy snow.", json_schema_extra=_light(0.01))
    wind: Share | None = Field(default=None, description="0 still, 1 storm.", json_schema_extra=_light(0.01))
