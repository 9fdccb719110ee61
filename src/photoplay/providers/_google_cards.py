"""What Google's models can do: pictures (Nano Banana), films (Gemini Omni), music (Lyria) and voices (Gemini TTS)."""

from typing import Any, Final, Literal

from pydantic import Field

from photoplay.providers._contract import Limits, ModelCard, Options

VENDOR: Final = "Google"
TEN_ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "5:4", "4:5", "21:9")
ALL_ASPECTS: Final = (*TEN_ASPECTS, "4:1", "1:4", "8:1", "1:8")
FILE_KEPT_SECONDS: Final = 172_800.0
"""The Files API keeps results for 48 hours: ai.google.dev/gemini-api/docs/files, read 2026-11-21."""
PICTURE_BYTES: Final = 20_000_000
FILM_BYTES: Final = 100_000_000

Voice = Literal[
    "Kore", "Zephyr", "Puck", "Charon", "Fenrir", "Leda", "Orus", "Aoede", "Callirrhoe", "Autonoe", "Enceladus", "Iapetus",
    "Umbriel", "Algieba", "Despina", "Erinome", "Algenib", "Rasalgethi", "Laomedeia", "Achernar", "Alnilam", "Schedar",
    "Gacrux", "Pulcherrima", "Achird", "Zubenelgenubi", "Vindemiatrix", "Sadachbia", "Sadaltager", "Sulafat",
]  # fmt: skip
People = Literal["ALLOW_ALL", "ALLOW_ADULT", "ALLOW_NONE"]


class PictureOptions(Options):
    """Settings of every Gemini image model."""

    person_generation: People | None = Field(default=None, description="Which people may be in it. Empty: as usual.")


class SizedOptions(PictureOptions):
    """Settings of the models that paint in several sizes."""

    edit_size: Literal["1K", "2K", "4K"] = Field(
        default="1K",
        description="Longer edge of the new picture.",
        json_schema_extra={"operations": ["image-to-image"]},
    )


class ThinkingOptions(SizedOptions):
    """Settings of Nano Banana 2.1."""

    thinking_level: Literal["minimal", "medium", "high"] | None = Field(
        default=None, description="How long it thinks before it paints; more costs a little more."
    )


class FilmOptions(Options):
    """Settings of Gemini Omni."""

    edit_size: Literal["360p", "720p", "1080p", "2160p"] = Field(
        default="720p",
        description="Lines of the new film.",
        json_schema_extra={"operations": ["video-to-video", "extend-video"]},
    )


class VoiceOptions(Options):
    """Settings of Gemini's voices."""

    voice: Voice = Field(default="Kore", description="Who speaks.")
    language: str | None = Field(
        default=None,
        pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$",
        description='Language, such as "en" or "de-DE"; empty: by the text.',
    )


def _picture(name: str, title: str, about: str, *, sizes: tuple[int, ...], references: int, **facts: Any) -> ModelCard:
    aspects = facts.pop("aspects", TEN_ASPECTS)
    edits = Limits(aspects=aspects, input_count={"reference": references}, input_bytes=PICTURE_BYTES)
    return ModelCard(
        id=f"google:{name}",
        name=title,
        vendor=VENDOR,
        operations=("text-to-image", "image-to-image"),
        lacks=("seed",),
        about=about,
        limits={"text-to-image": Limits(aspects=aspects, sizes=sizes), "image-to-image": edits},
        typical_seconds={"text-to-image": 18.0, "image-to-image": 22.0},
        takes=dict.fromkeys(("source", "reference"), ("inline", "upload")),
        **facts,
    )


ADDED_SECONDS: Final = (3.0, 10.0)


def _film(
    name: str, title: str, about: str, *, longest: float, longest_extended: float, references: int = 0
) -> ModelCard:
    lengths: dict[str, Any] = {"durations_seconds": (3.0, longest), "duration_step_seconds": 1.0}
    sizes, aspects = ("720p", "360p", "1080p", "2160p"), ("16:9", "9:16")
    drawn_from = Limits(
        aspects=aspects, sizes=sizes, input_count={"reference": references}, input_bytes=PICTURE_BYTES, **lengths
    )
    seconds = {"text-to-video": 70.0, "image-to-video": 75.0, "video-to-video": 90.0, "extend-video": 80.0}
    seconds |= {"reference-to-video": 75.0} if references else {}
    return ModelCard(
        id=f"google:{name}",
        name=title,
        vendor=VENDOR,
        operations=tuple(seconds),
        about=about,
        options=FilmOptions,
        limits={
            "text-to-video": Limits(aspects=aspects, sizes=sizes, **lengths),
            "image-to-video": Limits(sizes=sizes, input_bytes=PICTURE_BYTES, **lengths),
            "reference-to-video": drawn_from,
            "video-to-video": Limits(input_bytes=FILM_BYTES),
            "extend-video": Limits(
                durations_seconds=ADDED_SECONDS,
                duration_step_seconds=1.0,
                input_bytes=FILM_BYTES,
                input_seconds=min(30.0, longest_extended - ADDED_SECONDS[0]),
            ),
        },
        typical_seconds=seconds,
        takes=dict.fromkeys(("source", "last", "reference"), ("inline", "upload")),
        results_kept_for_seconds=FILE_KEPT_SECONDS,
        can_cancel=True,
        check_floor_seconds=5.0,
    )


def _music(name: str, title: str, about: str, *, lengths: Limits, seconds: float) -> ModelCard:
    return ModelCard(
        id=f"google:{name}",
        name=title,
        vendor=VENDOR,
        operations=("text-to-music",),
        lacks=("seed",),
        about=about,
        limits={"text-to-music": lengths},
        typical_seconds={"text-to-music": seconds},
        results_kept_for_seconds=FILE_KEPT_SECONDS,
        can_cancel=True,
        check_floor_seconds=3.0,
    )


def _voice(name: str, title: str, about: str) -> ModelCard:
    return ModelCard(
        id=f"google:{name}",
        name=title,
        vendor=VENDOR,
        operations=("text-to-speech",),
        about=about,
        options=VoiceOptions,
        typical_seconds={"text-to-speech": 8.0},
    )


_SONG: Final = Limits(durations_seconds=(10.0, 240.0), duration_step_seconds=1.0)

CARDS: Final = (
    _picture(
        "gemini-nano-banana-2.1",
        "Nano Banana 2.1",
        "Pictures and edits that follow long instructions, with good lettering and many references. No masks, no seed.",
        sizes=(1024, 2048, 4096),
        references=13,
        aspects=ALL_ASPECTS,
        options=ThinkingOptions,
    ),
    _picture(
        "gemini-3-pro-image",
        "Nano Banana Pro",
        "The most careful of Google's painters: layouts, diagrams, text in many languages. Slow and dear.",
        sizes=(1024, 2048, 4096),
        references=13,
        options=SizedOptions,
    ),
    _picture(
        "gemini-3.1-flash-image",
        "Nano Banana 2",
        "The previous all-rounder; also paints small drafts of 512 pixels.",
        sizes=(1024, 512, 2048, 4096),
        references=13,
        aspects=ALL_ASPECTS,
        options=SizedOptions,
    ),
    _picture(
        "gemini-3.1-flash-lite-image",
        "Nano Banana 2 Lite",
        "Quick pictures of one size for little money.",
        sizes=(1024,),
        references=13,
        options=PictureOptions,
    ),
    _picture(
        "gemini-2.5-flash-image",
        "Nano Banana",
        "The first of its family: one size, at most three pictures to draw from.",
        sizes=(1024,),
        references=2,
        options=PictureOptions,
    ),
    _film(
        "gemini-omni-1.2-flash",
        "Gemini Omni 1.2 Flash",
        "Films of 3 to 15 seconds with sound, from words, frames, up to six pictures to draw from, or another film, "
        "which it also continues up to 30 seconds in all. Keeps to 16:9 and 9:16.",
        longest=15.0,
        longest_extended=30.0,
        references=6,
    ),
    _film(
        "gemini-omni-1.1-flash",
        "Gemini Omni 1.1 Flash",
        "The film model before 1.2: 3 to 10 seconds with sound; continues a film up to 40 seconds in all.",
        longest=10.0,
        longest_extended=40.0,
    ),
    _music(
        "lyria-3.5",
        "Lyria 3.5",
        "Whole songs with or without voices; the length is a wish, written into the words.",
        lengths=_SONG,
        seconds=45.0,
    ),
    _music(
        "lyria-3-pro-preview",
        "Lyria 3 Pro (preview)",
        "The preview before Lyria 3.5, for the same price; the length is a wish.",
        lengths=_SONG,
        seconds=45.0,
    ),
    _music(
        "lyria-3-clip-preview",
        "Lyria 3 Clip (preview)",
        "Clips of exactly 30 seconds.",
        lengths=Limits(durations_seconds=(30.0,)),
        seconds=20.0,
    ),
    _voice("gemini-3.8-flash-tts", "Gemini 3.8 Flash TTS", "Thirty voices that follow directions in the text."),
    _voice("gemini-3.8-flash-lite-tts", "Gemini 3.8 Flash-Lite TTS", "The same voices, plainer and cheaper."),
)
