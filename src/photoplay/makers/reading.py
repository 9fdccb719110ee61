"""From a prompt and explicit settings to a reading: every value a scene is painted from, and what to know of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from photoplay.makers.cannot import cannot_paint
from photoplay.makers.palettes import NATURAL, TINT, Colors, linear, palette_colors, palette_of
from photoplay.makers.scene_list import Scene, find_scene, scenes
from photoplay.makers.scene_options import SceneOptions
from photoplay.makers.words import Said, phrases, said_in

MOODS = {"calm": -0.8, "natural": 0.0, "dramatic": 0.8}
"""What each mood is to a scene, -1 to 1."""
SURE = 2
"""Words of this weight in all decide the scene without asking for the nearest meaning."""
NEAR = 0.3
"""Below this nearness (cosine) nothing in the words comes close to any scene."""

_GOLDEN = 0.6180339887


@dataclass(frozen=True)
class ReadingNotice:
    """Something to know before ordering. `code` is stable."""

    code: str
    message: str


@dataclass(frozen=True)
class Nearest:
    """The scene nearest in meaning, with its nearness (cosine, about 0 to 1)."""

    scene: str
    score: float


@dataclass(frozen=True)
class Reading:
    """Everything one picture is painted from but its size. The same reading is the same picture on one machine."""

    scene: str
    palette: str
    """A name, or three colours as "#rrggbb,#rrggbb,#rrggbb"."""
    colors: Colors
    tint: float
    hour: float
    sun: float
    haze: float
    cloud: float
    rain: float
    snow: float
    wind: float
    mood: str
    seed: int
    notices: tuple[ReadingNotice, ...] = ()

    @property
    def params(self) -> dict[str, str | float | int]:
        """The explicit settings that give exactly this picture, whatever the words."""
        names = ("scene", "palette", "mood", "hour", "sun", "haze", "cloud", "rain", "snow", "wind", "seed")
        return {name: getattr(self, name) for name in names}


def read(prompt: str, params: Mapping[str, Any], nearest: Nearest | None = None) -> Reading:
    """Reads the words; explicit settings in `params` win. Needs `nearest` when `scene_by_words` finds none.

    Params that are no settings of a scene (aspect, size) are passed over. Raises `ValidationError` on wrong ones.
    """
    options = SceneOptions.model_validate({name: params.get(name) for name in SceneOptions.model_fields})
    seed = int(params.get("seed") or 0)
    name = options.scene or scene_by_words(prompt) or (nearest.scene if nearest else next(iter(scenes())))
    scene, said = find_scene(name), said_in(prompt)
    palette = options.palette or said.palette or (palette_of(said.colors) if said.colors else NATURAL)
    colors = palette_colors(palette)
    return Reading(
        scene=name,
        palette=palette,
        colors=colors or scene.palette,
        tint=TINT if colors else 0.0,
        hour=_first(options.hour, said.hour, scene.hour),
        sun=_first(options.sun, said.sun, _sun_of(seed)),
        mood=options.mood or said.mood or "natural",
        seed=seed,
        notices=_notices(prompt, scene, None if options.scene or scene_by_words(prompt) else nearest),
        **_weather(options, said, scene),
    )


def uniforms(reading: Reading) -> dict[str, list[float] | float]:
    """The values of a scene's uniforms, all but `u_resolution` and `u_phase`, the same for the browser and for us."""
    shadows, body, highlights = (list(linear(color)) for color in reading.colors)
    return {
        "u_seed": float(scene_seed(reading.seed)),
        "u_color_a": shadows,
        "u_color_b": body,
        "u_color_c": highlights,
        "u_tint": reading.tint,
        "u_hour": reading.hour,
        "u_sun": [reading.sun, 0.0],
        "u_haze": reading.haze,
        "u_cloud": reading.cloud,
        "u_rain": reading.rain,
        "u_snow": reading.snow,
        "u_wind": reading.wind,
        "u_mood": MOODS[reading.mood],
    }


def scene_by_words(prompt: str) -> str | None:
    """The scene that the words name plainly; None when they name none, or two equally."""
    scores = {name: _score(prompt, scene) for name, scene in scenes().items()}
    best, second = sorted(scores.values(), reverse=True)[:2] if len(scores) > 1 else (0.0, 0.0)
    if best < SURE or best - second < 0.5:
        return None
    return max(scores, key=lambda name: scores[name])


def scene_seed(seed: int) -> int:
    """A scene counts seeds from 0 to 65535; larger ones are folded."""
    return (seed ^ (seed >> 16)) & 0xFFFF


def _score(prompt: str, scene: Scene) -> float:
    """The weights of the scene's words; what stands early is more likely the subject."""
    weights: dict[str, float] = {}
    for place, phrase in phrases(prompt, scene.words):
        weights.setdefault(phrase, scene.words[phrase] * (1 - 0.03 * min(place, 12)))
    return sum(weights.values())


def _weather(options: SceneOptions, said: Said, scene: Scene) -> dict[str, float]:
    kinds = ("haze", "cloud", "rain", "snow", "wind")
    return {kind: _first(getattr(options, kind), said.weather.get(kind), getattr(scene, kind)) for kind in kinds}


def _first(*values: float | None) -> float:
    return next(round(float(value), 3) for value in values if value is not None)


def _sun_of(seed: int) -> float:
    """Where the words say nothing, each seed has its sun elsewhere, but not at the very edge."""
    return round(1.3 * ((scene_seed(seed) + 1) * _GOLDEN % 1) - 0.65, 2)


def _notices(prompt: str, scene: Scene, nearest: Nearest | None) -> tuple[ReadingNotice, ...]:
    missing = cannot_paint(prompt)
    if missing:
        return (ReadingNotice("cannot_paint", _cannot_words(missing, scene)),)
    if nearest is not None and nearest.score < NEAR:
        said = (
            "Local scenes paint places and abstracts, and these words name none of them. "
            f"This would become: {scene.becomes}. Choose a scene yourself, or add a model provider in Settings."
        )
        return (ReadingNotice("far_from_words", said),)
    return ()


def _cannot_words(missing: tuple[str, ...], scene: Scene) -> str:
    quoted = [f"“{word}”" for word in missing[:3]]
    named = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    return (
        f"Local scenes paint places and abstracts, not people, animals or products: {named} will not be in it. "
        f"This would become: {scene.becomes}. For what you wrote, add a model provider in Settings."
    )
