"""What OpenAI's models can do, and the sizes they take."""

from typing import Any, Final, Literal

from pydantic import Field

from photoplay.providers._contract import Input, Json, Limits, ModelCard, Options

VENDOR: Final = "OpenAI"
BACKGROUND: Final = "-background"
"""Ending of the cards whose orders run in the background at the vendor, and so survive a lost connection."""
ASPECTS: Final = ("1:1", "16:9", "9:16", "3:2", "2:3", "4:3", "3:4", "21:9", "9:21")
FIXED_SIZES: Final = {"1:1": (1024, 1024), "3:2": (1536, 1024), "2:3": (1024, 1536)}
LEAST_PIXELS: Final = 655_360
MOST_PIXELS: Final = 8_294_400
LONGEST_EDGE: Final = 3840
EDIT_PIXELS: Final = 1024 * 1024
"""An edit without a size of its own is about as large as the vendor's usual picture."""
RESPONSE_SECONDS: Final = 30 * 86_400.0
"""Stored responses are kept for 30 days: platform.openai.com, your data, read 2026-11-21."""

Format = Literal["png", "jpeg", "webp"]
Background = Literal["auto", "opaque", "transparent"]
Voice = Literal[
    "alloy", "ash", "ballad", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer", "verse", "marin", "cedar"
]
EarlyVoice = Literal["alloy", "ash", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer"]
SoundFormat = Literal["mp3", "opus", "aac", "flac", "wav"]
Quality = Literal["low", "medium", "high"]
FineQuality = Literal["low", "medium", "high", "xhigh", "max"]
Complexity = Literal["low", "medium", "high"]
_QUALITY = "More is finer, slower and dearer."
_COMPLEXITY = "How much it plans before it paints. Empty: as the vendor chooses."


class _FileOptions(Options):
    """What every model that paints has."""

    background: Background = Field(default="auto", description="Transparent needs png or webp.")
    output_format: Format = Field(default="png", description="File type of the picture.")
    output_compression: int = Field(default=100, ge=0, le=100, description="Quality of jpeg and webp files.")
    moderation: Literal["auto", "low"] = Field(
        default="auto",
        description="How strict the vendor's filter is.",
        json_schema_extra={"operations": ["text-to-image"]},
    )


class _ShownOptions(_FileOptions):
    """What models have that show pictures while they paint."""

    partial_images: int = Field(
        default=0, ge=0, le=3, description="Pictures shown while it paints; each costs about 100 tokens."
    )


class EarlyPictureOptions(_ShownOptions):
    """Settings of GPT Image 1.x and 2."""

    quality: Quality = Field(default="medium", description=_QUALITY)


class PlainPictureOptions(_ShownOptions):
    """Settings of GPT Image 2.5."""

    quality: FineQuality = Field(default="medium", description=_QUALITY)


class PictureOptions(PlainPictureOptions):
    """Settings of GPT Image 2.6."""

    complexity: Complexity | None = Field(default=None, description=_COMPLEXITY)


class BackgroundOptions(_FileOptions):
    """Settings of the crash-safe form: nothing is shown while it paints."""

    quality: FineQuality = Field(default="medium", description=_QUALITY)
    complexity: Complexity | None = Field(default=None, description=_COMPLEXITY)


class _SoundOptions(Options):
    """What every voice has."""

    speed: float = Field(default=1.0, ge=0.25, le=4.0, description="1 is the voice's own pace.")
    response_format: SoundFormat = Field(default="mp3", description="File type of the sound.")


class SpeechOptions(_SoundOptions):
    """Settings of the older voices."""

    voice: EarlyVoice = Field(default="alloy", description="Who speaks.")


class DirectedSpeechOptions(_SoundOptions):
    """Settings of the voices that can be told how to speak."""

    voice: Voice = Field(default="marin", description="Who speaks.")
    instructions: str = Field(default="", max_length=4000, description="How to speak: mood, accent, pace.")


def size_of(model: str, params: dict[str, Json], source: Input | None) -> str:
    """The size to ask for, as "1536x1024": what the params say, else the shape of the source."""
    across, down = _shape(params.get("aspect"), source)
    if "gpt-image-1" in model:
        best = min(FIXED_SIZES.values(), key=lambda size: abs(size[0] / size[1] - across / down))
        return f"{best[0]}x{best[1]}"
    size = params.get("size")
    if isinstance(size, int):
        scale = size / max(across, down)
    else:
        scale = (EDIT_PIXELS / (across * down)) ** 0.5
    return "x".join(map(str, _fitted(across * scale, down * scale)))


def _shape(aspect: Json, source: Input | None) -> tuple[float, float]:
    if isinstance(aspect, str):
        across, down = (float(part) for part in aspect.split(":"))
    elif source is not None and source.width and source.height:
        across, down = float(source.width), float(source.height)
    else:
        across = down = 1.0
    return min(across, 3 * down), min(down, 3 * across)


def _fitted(width: float, height: float) -> tuple[int, int]:
    """Within the vendor's limits: multiples of 16, not too few or many pixels, no edge too long."""
    scale = min(1.0, LONGEST_EDGE / max(width, height), (MOST_PIXELS / (width * height)) ** 0.5)
    scale = max(scale, (LEAST_PIXELS / (width * height)) ** 0.5)
    wide, high = (max(16, round(edge * scale / 16) * 16) for edge in (width, height))
    while wide * high > MOST_PIXELS:
        wide, high = (wide - 16, high) if wide >= high else (wide, high - 16)
    while wide * high < LEAST_PIXELS or max(wide, high) > 3 * min(wide, high):
        wide, high = (wide, high + 16) if wide >= high else (wide + 16, high)
    return wide, high


def _picture(name: str, title: str, about: str, options: type[Options], **facts: Any) -> ModelCard:
    is_early = "gpt-image-1" in name
    edit = Limits(input_count={"reference": 15}, input_bytes=50_000_000, prompt_characters=32_000)
    first = Limits(
        aspects=tuple(FIXED_SIZES) if is_early else ASPECTS,
        sizes=(1024, 1536) if is_early else (1024, 1536, 2048, 2560, 3840),
        prompt_characters=32_000,
    )
    return ModelCard(
        id=f"openai:{name}",
        name=title,
        vendor=VENDOR,
        operations=("text-to-image", "image-to-image", "inpaint"),
        lacks=("seed",),
        about=about,
        options=options,
        limits={"text-to-image": first, "image-to-image": edit, "inpaint": edit},
        typical_seconds={"text-to-image": 20.0, "image-to-image": 25.0, "inpaint": 25.0},
        **facts,
    )


def _background(name: str, title: str) -> ModelCard:
    return _picture(
        f"{name}{BACKGROUND}",
        f"{title}, crash-safe",
        f"{title} run in the background at the vendor: a lost connection loses nothing, and it can be stopped. "
        "A language model passes the order on, so it costs a little more and may touch up your words.",
        BackgroundOptions,
        can_cancel=True,
        results_kept_for_seconds=RESPONSE_SECONDS,
        check_floor_seconds=2.0,
    )


def _speech(name: str, title: str, about: str, options: type[Options]) -> ModelCard:
    return ModelCard(
        id=f"openai:{name}",
        name=title,
        vendor=VENDOR,
        operations=("text-to-speech",),
        about=about,
        options=options,
        limits={"text-to-speech": Limits(prompt_characters=4096)},
        typical_seconds={"text-to-speech": 4.0},
    )


_LIMITS = "Between 0.66 and 8.3 megapixels; no seed."
CARDS: Final = (
    _picture("gpt-image-2.6-flare", "GPT Image 2.6 Flare", f"Fast pictures and edits. {_LIMITS}", PictureOptions),
    _picture(
        "gpt-image-2.6-sunburst", "GPT Image 2.6 Sunburst", f"The finest detail and edits. {_LIMITS}", PictureOptions
    ),
    _background("gpt-image-2.6-flare", "GPT Image 2.6 Flare"),
    _background("gpt-image-2.6-sunburst", "GPT Image 2.6 Sunburst"),
    _picture(
        "gpt-image-2.5-flare", "GPT Image 2.5 Flare", f"Fast pictures, cheap drafts. {_LIMITS}", PlainPictureOptions
    ),
    _picture("gpt-image-2.5-sunburst", "GPT Image 2.5 Sunburst", f"Fine detail. {_LIMITS}", PlainPictureOptions),
    _picture("gpt-image-2", "GPT Image 2", f"Good lettering; dear at high quality. {_LIMITS}", EarlyPictureOptions),
    _picture("gpt-image-1.5", "GPT Image 1.5", "Three shapes only. It ends on 2026-12-01.", EarlyPictureOptions),
    _picture("gpt-image-1-mini", "GPT Image 1 mini", "Three shapes only. It ends on 2026-12-01.", EarlyPictureOptions),
    _speech("tts-1", "TTS 1", "A quick voice. It ends on 2027-01-06.", SpeechOptions),
    _speech("tts-1-hd", "TTS 1 HD", "A cleaner voice. It ends on 2027-01-06.", SpeechOptions),
    _speech(
        "gpt-4o-mini-tts",
        "GPT-4o mini TTS",
        "Voices that can be told how to speak. It ends on 2027-01-06.",
        DirectedSpeechOptions,
    ),
)
