"""What Stability AI's models and services can do."""

from collections.abc import Mapping
from typing import Any, Final

from photoplay.providers._contract import Limits, ModelCard, Options
from photoplay.providers._stability_options import (
    ControlOptions,
    CreativeOptions,
    CutOutOptions,
    DiffusionOptions,
    EraseOptions,
    FlashOptions,
    InpaintOptions,
    OutpaintOptions,
    PaintOptions,
    PictureOptions,
    PlainOptions,
    RelightOptions,
    SearchOptions,
    SoundOptions,
    StyleOptions,
    UpscaleOptions,
)
from photoplay.providers._stability_routes import ROUTES

VENDOR: Final = "Stability AI"
ASPECTS: Final = ("1:1", "16:9", "9:16", "3:2", "2:3", "5:4", "4:5", "21:9", "9:21")
KEPT_SECONDS: Final = 86_400.0
INPUT_BYTES: Final = 9_500_000
"""A request may have 10 MiB: platform.stability.ai, API reference, read 2026-11-21."""
INPUT_PIXELS: Final = 9_437_184
SMALL_PIXELS: Final = 1_048_576


def _card(name: str, title: str, about: str, *, options: type[Options], seconds: float, **facts: Any) -> ModelCard:
    operations = tuple(operation for known, operation in ROUTES if known == name)
    is_later = any(ROUTES[name, operation].later for operation in operations)
    limits = {operation: _limits(name, operation, facts) for operation in operations}
    return ModelCard(
        id=f"stability:{name}",
        name=title,
        vendor=VENDOR,
        operations=operations,
        about=about,
        options=options,
        limits=limits,
        typical_seconds=dict.fromkeys(operations, seconds),
        results_kept_for_seconds=KEPT_SECONDS if is_later else None,
        check_floor_seconds=10.0 if is_later else 1.0,
        bills_refusals=True,
    )


def _limits(name: str, operation: str, facts: Mapping[str, Any]) -> Limits:
    route = ROUTES[name, operation]
    lengths: dict[str, Any] = {}
    if "longest_seconds" in facts:
        lengths = {"durations_seconds": (1.0, facts["longest_seconds"]), "duration_step_seconds": 1.0}
    counts = {"reference": 1 if "reference" in route.files else 0} if operation == "image-to-image" else {}
    return Limits(
        aspects=ASPECTS if "aspect" in route.sends else (),
        sizes=(facts.get("size", 1024),) if operation == "text-to-image" else (),
        input_pixels=facts.get("input_pixels", INPUT_PIXELS) if route.files and operation != "audio-to-audio" else None,
        input_bytes=INPUT_BYTES if route.files else None,
        input_count=counts,
        factors=facts.get("factors", ()),
        **lengths,
    )


CARDS: Final = (
    _card(
        "stable-image-ultra",
        "Stable Image Ultra",
        "Stability's best painter, strong in light and lettering. One megapixel.",
        options=PaintOptions,
        seconds=12.0,
    ),
    _card(
        "stable-image-core",
        "Stable Image Core",
        "Quick and cheap pictures of 1.5 megapixels, from words alone.",
        options=PictureOptions,
        seconds=6.0,
        size=1536,
    ),
    _card(
        "sd3.5-large",
        "Stable Diffusion 3.5 Large",
        "The open model of 8 billion parameters: varied styles, follows words well.",
        options=DiffusionOptions,
        seconds=9.0,
    ),
    _card(
        "sd3.5-large-turbo",
        "Stable Diffusion 3.5 Large Turbo",
        "The large model in four steps: quicker, plainer.",
        options=DiffusionOptions,
        seconds=5.0,
    ),
    _card(
        "sd3.5-medium",
        "Stable Diffusion 3.5 Medium",
        "A smaller sister for drafts.",
        options=DiffusionOptions,
        seconds=6.0,
    ),
    _card(
        "sd3.5-flash",
        "Stable Diffusion 3.5 Flash",
        "The quickest and cheapest; it hardly keeps a picture that is given.",
        options=FlashOptions,
        seconds=3.0,
    ),
    _card(
        "stable-image-inpaint",
        "Stable Image Inpaint",
        "Repaints what the mask covers; grey repaints a little.",
        options=InpaintOptions,
        seconds=10.0,
    ),
    _card(
        "stable-image-erase",
        "Stable Image Erase",
        "Takes out what the mask covers and fills the hole.",
        options=EraseOptions,
        seconds=9.0,
    ),
    _card(
        "stable-image-outpaint",
        "Stable Image Outpaint",
        "Goes on beyond the edges, up to 2,000 pixels on each side.",
        options=OutpaintOptions,
        seconds=12.0,
    ),
    _card(
        "stable-image-search-and-replace",
        "Stable Image Search and Replace",
        "Finds what you name and puts something else there; no mask needed.",
        options=SearchOptions,
        seconds=12.0,
    ),
    _card(
        "stable-image-search-and-recolor",
        "Stable Image Search and Recolor",
        "Finds what you name and gives it the colour that the words say.",
        options=SearchOptions,
        seconds=12.0,
    ),
    _card(
        "stable-image-remove-background",
        "Stable Image Remove Background",
        "Cuts the subject out, hair included.",
        options=CutOutOptions,
        seconds=5.0,
    ),
    _card(
        "stable-image-relight",
        "Stable Image Relight",
        "Puts your subject before a new background, in its light.",
        options=RelightOptions,
        seconds=40.0,
    ),
    _card(
        "stable-image-sketch",
        "Stable Image Sketch",
        "Makes a picture of a sketch, along its lines.",
        options=ControlOptions,
        seconds=9.0,
    ),
    _card(
        "stable-image-structure",
        "Stable Image Structure",
        "Keeps the build of your picture and paints it anew.",
        options=ControlOptions,
        seconds=9.0,
    ),
    _card(
        "stable-image-style",
        "Stable Image Style",
        "Paints what the words say in the look of your picture.",
        options=StyleOptions,
        seconds=9.0,
    ),
    _card(
        "stable-image-upscale-fast",
        "Stable Image Fast Upscale",
        "Four times larger along both edges in a second or two; from one megapixel at most.",
        options=PlainOptions,
        seconds=2.0,
        input_pixels=SMALL_PIXELS,
        factors=(4,),
    ),
    _card(
        "stable-image-upscale-conservative",
        "Stable Image Conservative Upscale",
        "Up to four megapixels, whatever the factor, and as close to your picture as it can.",
        options=UpscaleOptions,
        seconds=25.0,
        factors=(2, 4),
    ),
    _card(
        "stable-image-upscale-creative",
        "Stable Image Creative Upscale",
        "Up to four megapixels, whatever the factor; invents detail where there is none. For poor originals.",
        options=CreativeOptions,
        seconds=60.0,
        input_pixels=SMALL_PIXELS,
        factors=(2, 4),
    ),
    _card(
        "stable-audio-3",
        "Stable Audio 3",
        "Music and sounds of up to six minutes in stereo, from words or from a sound of six seconds or more; no voices.",
        options=SoundOptions,
        seconds=30.0,
        longest_seconds=380.0,
    ),
    _card(
        "stable-audio-2.5",
        "Stable Audio 2.5",
        "Music and sounds of up to three minutes, made in some seconds from words or from a sound of six seconds or more.",
        options=SoundOptions,
        seconds=12.0,
        longest_seconds=190.0,
    ),
)
