"""Whoever paints scenes on this machine: the shaders where there is EGL, else plain arithmetic."""

import sys
from collections.abc import Callable
from functools import cache
from typing import Literal, Protocol

from photoplay.makers._job import Job
from photoplay.makers.pictures import Pixels
from photoplay.makers.plain import PlainPainter
from photoplay.makers.reading import Reading, read
from photoplay.makers.scene_options import SceneOptions

Size = tuple[int, int]


class Painter(Protocol):
    """`name` is the renderer's, such as "llvmpipe"; it belongs into the record of a picture."""

    name: str

    def paint(self, reading: Reading, size: Size, phase: float, between: Callable[[float], None]) -> Pixels:
        """One frame of `size` (width, height) at a phase of the loop, 0 to 1.

        `between` is called every few milliseconds with the share that is painted and may raise to stop.
        """
        ...


class SceneJob(Job, SceneOptions):
    """Params of both scene makers. The words were read before: every setting of the scene is explicit."""

    model_config = Job.model_config

    aspect: str = "1:1"
    seed: int = 0
    renderer: Literal["auto", "plain"] = "auto"
    """ "plain" paints without OpenGL also where there is one."""

    @property
    def reading(self) -> Reading:
        """What is painted."""
        return read("", self.model_dump())

    @property
    def painter(self) -> Painter:
        """Who paints it."""
        return PlainPainter() if self.renderer == "plain" else best_painter()


@cache
def best_painter() -> Painter:
    """The best there is on this machine; looked for once."""
    try:
        from photoplay.makers.gl import GlPainter

        return GlPainter()
    except Exception as trouble:  # noqa: BLE001 - moderngl raises bare exceptions when a library is missing
        sys.stderr.write(f"no OpenGL here, painting plainly: {trouble}\n")
        return PlainPainter()
