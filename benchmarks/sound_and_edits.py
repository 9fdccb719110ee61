"""Speech, music, and what is done to a picture that is there: upscale, cut-out, camera move."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from benchmarks.figure import Figure
from benchmarks.made import asset_of, made
from benchmarks.studio import running_studio

RUNS = 5
SPOKEN = (
    "The price is known before it is spent, and nothing that was paid for is ever lost. Every picture says in its own "
    "file that a machine has made it, and everything lies in one folder."
)
"""About ten seconds."""


def figures() -> Iterator[Figure]:
    """Each warm: the first run, which loads what it needs, is told apart."""
    with running_studio() as studio:
        _, picture = made(studio, "text-to-image", {"prompt": "calm ocean at sunset", "seed": 1, "size": 1024})
        source = {"inputs": {"source": {"asset": asset_of(picture)}}}
        subject = {"inputs": {"source": {"asset": studio.upload("ball.png", _ball())["id"]}}}
        subjects: tuple[tuple[str, str, dict[str, Any], dict[str, Any], float | None, int], ...] = (
            ("10 s of speech", "text-to-speech", {"prompt": SPOKEN}, {}, 2.0, RUNS),
            ("15 s of music", "text-to-music", {"prompt": "slow piano, warm", "duration_seconds": 15}, {}, 2.0, RUNS),
            ("upscale 2x of 1024", "upscale", {"factor": 2}, source, 10.0, 3),
            ("remove background of 1024", "remove-background", {}, subject, None, 3),
            ("camera move, 8 s of 720p", "image-to-video", {}, source, None, 1),
        )
        for what, operation, params, more, at_most, runs in subjects:
            first, view = made(studio, operation, params, **more)
            seconds = [made(studio, operation, params, **more)[0] for _ in range(runs)]
            length = view["assets"][0].get("duration_seconds")
            note = f"first: {first:.2f} s" + (f"; made {length:.1f} s" if length else "")
            yield Figure(what, "s", seconds, at_most, note)


def _ball() -> bytes:
    """A red ball before a pale wall: something that stands out."""
    picture = Image.new("RGB", (1024, 1024), (214, 208, 196))
    ImageDraw.Draw(picture).ellipse((262, 262, 762, 762), fill=(188, 38, 30))
    file = BytesIO()
    picture.filter(ImageFilter.GaussianBlur(2)).save(file, "PNG")
    return file.getvalue()
