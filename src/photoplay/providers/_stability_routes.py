"""Stability AI's services: where each is, and which params it takes by which names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from photoplay.providers._stability_options import CreativeOptions, RelightOptions, UpscaleOptions

RESULTS: Final = "/v2beta/results"
AUDIO_RESULTS: Final = "/v2beta/audio/results"


@dataclass(frozen=True)
class Route:
    """One service: where it is, which params it takes by which names, and where a later result is asked for."""

    path: str
    sends: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    """By param: how Stability calls it, where that differs."""
    files: Mapping[str, str] = field(default_factory=dict)
    """By input role: the form field of its file."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    later: str | None = None
    """Where the result is asked for, when the answer is only an id."""
    accept: str = "image/*"


_WORDS: Final = ("prompt", "negative_prompt", "seed", "style_preset", "output_format")
_ASPECT: Final = {"aspect": "aspect_ratio"}
_SOURCE: Final = {"source": "image"}
_MASKED: Final = {"source": "image", "mask": "mask"}
_IMAGE: Final = "/v2beta/stable-image"
_SOUNDS: Final = ("prompt", "duration_seconds", "seed", "steps", "cfg_scale", "output_format")
_LENGTH: Final = {"duration_seconds": "duration"}
_HEARD: Final = {"source": "audio"}


def _diffusion(model: str) -> dict[tuple[str, str], Route]:
    path, fields = f"{_IMAGE}/generate/sd3", (*_WORDS, "cfg_scale")
    words = Route(path, (*fields, "aspect"), _ASPECT, fixed={"model": model, "mode": "text-to-image"})
    over = Route(path, (*fields, "strength"), files=_SOURCE, fixed={"model": model, "mode": "image-to-image"})
    return {(model, "text-to-image"): words, (model, "image-to-image"): over}


ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    ("stable-image-ultra", "text-to-image"): Route(f"{_IMAGE}/generate/ultra", (*_WORDS, "aspect"), _ASPECT),
    ("stable-image-ultra", "image-to-image"): Route(
        f"{_IMAGE}/generate/ultra", (*_WORDS, "aspect", "strength"), _ASPECT, _SOURCE
    ),
    ("stable-image-core", "text-to-image"): Route(f"{_IMAGE}/generate/core", (*_WORDS, "aspect"), _ASPECT),
    **_diffusion("sd3.5-large"),
    **_diffusion("sd3.5-large-turbo"),
    **_diffusion("sd3.5-medium"),
    **_diffusion("sd3.5-flash"),
    ("stable-image-inpaint", "inpaint"): Route(f"{_IMAGE}/edit/inpaint", (*_WORDS, "grow_mask"), files=_MASKED),
    ("stable-image-erase", "erase"): Route(
        f"{_IMAGE}/edit/erase", ("grow_mask", "seed", "output_format"), files=_MASKED
    ),
    ("stable-image-outpaint", "outpaint"): Route(
        f"{_IMAGE}/edit/outpaint",
        ("prompt", "seed", "style_preset", "output_format", "creativity", "left", "right", "top", "bottom"),
        {"top": "up", "bottom": "down"},
        _SOURCE,
    ),
    ("stable-image-search-and-replace", "search-and-replace"): Route(
        f"{_IMAGE}/edit/search-and-replace", (*_WORDS, "search", "grow_mask"), {"search": "search_prompt"}, _SOURCE
    ),
    ("stable-image-search-and-recolor", "search-and-replace"): Route(
        f"{_IMAGE}/edit/search-and-recolor", (*_WORDS, "search", "grow_mask"), {"search": "select_prompt"}, _SOURCE
    ),
    ("stable-image-remove-background", "remove-background"): Route(
        f"{_IMAGE}/edit/remove-background", ("output_format",), files=_SOURCE
    ),
    ("stable-image-relight", "image-to-image"): Route(
        f"{_IMAGE}/edit/replace-background-and-relight",
        ("prompt", "seed", *RelightOptions.model_fields),
        {"prompt": "background_prompt"},
        {"source": "subject_image", "reference": "background_reference"},
        later=RESULTS,
    ),
    ("stable-image-sketch", "control-image"): Route(
        f"{_IMAGE}/control/sketch", (*_WORDS, "control_strength"), files=_SOURCE
    ),
    ("stable-image-structure", "control-image"): Route(
        f"{_IMAGE}/control/structure", (*_WORDS, "control_strength"), files=_SOURCE
    ),
    ("stable-image-style", "control-image"): Route(
        f"{_IMAGE}/control/style", (*_WORDS, "fidelity", "aspect"), _ASPECT, _SOURCE
    ),
    ("stable-image-upscale-fast", "upscale"): Route(f"{_IMAGE}/upscale/fast", ("output_format",), files=_SOURCE),
    ("stable-image-upscale-conservative", "upscale"): Route(
        f"{_IMAGE}/upscale/conservative", ("seed", *UpscaleOptions.model_fields), files=_SOURCE
    ),
    ("stable-image-upscale-creative", "upscale"): Route(
        f"{_IMAGE}/upscale/creative", ("seed", *CreativeOptions.model_fields), files=_SOURCE, later=RESULTS
    ),
    **{
        ("stable-audio-3", operation): Route(
            "/v2beta/audio/stable-audio/text-to-audio",
            _SOUNDS,
            _LENGTH,
            fixed={"model": "stable-audio-3"},
            later=AUDIO_RESULTS,
            accept="audio/*",
        )
        for operation in ("text-to-music", "text-to-sound")
    },
    **{
        ("stable-audio-2.5", operation): Route(
            "/v2beta/audio/stable-audio-2/text-to-audio",
            _SOUNDS,
            _LENGTH,
            fixed={"model": "stable-audio-2.5"},
            accept="audio/*",
        )
        for operation in ("text-to-music", "text-to-sound")
    },
    ("stable-audio-3", "audio-to-audio"): Route(
        "/v2beta/audio/stable-audio/audio-to-audio",
        (*_SOUNDS, "strength"),
        _LENGTH,
        _HEARD,
        {"model": "stable-audio-3"},
        later=AUDIO_RESULTS,
        accept="audio/*",
    ),
    ("stable-audio-2.5", "audio-to-audio"): Route(
        "/v2beta/audio/stable-audio-2/audio-to-audio",
        (*_SOUNDS, "strength"),
        _LENGTH,
        _HEARD,
        {"model": "stable-audio-2.5"},
        accept="audio/*",
    ),
}
