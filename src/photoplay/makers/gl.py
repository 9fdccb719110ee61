"""Paints scenes by their shaders: OpenGL 3.3 without a display (EGL), on a graphics card or in software."""

import math
import time
from collections.abc import Callable
from typing import Any, cast

import moderngl
import numpy as np

from photoplay.makers.pictures import Pixels
from photoplay.makers.reading import Reading, uniforms
from photoplay.makers.scene_list import scene_source

Size = tuple[int, int]
Between = Callable[[float], None]
"""Called between strips with the share that is painted, 0 to 1; may raise to stop."""

MOST_STRIPS = 16
STRIP_SECONDS = 0.012
SIZES_KEPT = 4

_CORNERS = """#version 330 core
void main() {
  vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
"""


class Canvas:
    """Pixels to paint on, of one size, kept: making them anew for each frame leaks in Mesa."""

    def __init__(self, context: moderngl.Context, size: Size) -> None:
        self.size = size
        self._pixels = context.renderbuffer(size, 4)
        self._frame = context.framebuffer([self._pixels])
        self._rows = np.empty((size[1], size[0], 3), np.uint8)

    def strip(self, first_row: int, last_row: int) -> None:
        """What is drawn now goes to these rows (from the bottom) alone."""
        self._frame.use()
        self._frame.scissor = (0, first_row, self.size[0], last_row - first_row)

    def read(self) -> Pixels:
        """A copy of the picture, rows from the top."""
        self._frame.scissor = (0, 0, *self.size)
        self._frame.read_into(self._rows, components=3, alignment=1)
        return np.ascontiguousarray(self._rows[::-1])

    def release(self) -> None:
        """Gives the memory back."""
        self._frame.release()
        self._pixels.release()


class GlPainter:
    """Holds one context, the compiled scenes and a few canvases. Bound to the thread that makes it.

    Raises on making when the machine has no EGL.
    """

    def __init__(self) -> None:
        how: dict[str, Any] = {"standalone": True, "backend": "egl", "require": 330}
        self._context = moderngl.create_context(**how)
        self._scenes: dict[str, tuple[moderngl.Program, moderngl.VertexArray]] = {}
        self._canvases: dict[Size, Canvas] = {}
        self._seconds_a_pixel: dict[str, float] = {}
        self.name = str(self._context.info["GL_RENDERER"])

    def paint(self, reading: Reading, size: Size, phase: float, between: Between) -> Pixels:
        """One frame at a phase of the loop, strip by strip from the bottom."""
        program, corners = self._scene(reading.scene)
        self._set(program, reading, size, phase)
        canvas = self._canvas(size)
        strips = self._strips(reading.scene, size)
        begun = time.perf_counter()
        for strip in range(strips):
            canvas.strip(size[1] * strip // strips, size[1] * (strip + 1) // strips)
            corners.render(moderngl.TRIANGLES, vertices=3)
            self._context.finish()
            between((strip + 1) / strips)
        self._seconds_a_pixel[reading.scene] = (time.perf_counter() - begun) / (size[0] * size[1])
        return canvas.read()

    def _scene(self, name: str) -> tuple[moderngl.Program, moderngl.VertexArray]:
        if name not in self._scenes:
            program = self._context.program(vertex_shader=_CORNERS, fragment_shader=scene_source(name, "gl330"))
            self._scenes[name] = program, self._context.vertex_array(program, [])
        return self._scenes[name]

    def _set(self, program: moderngl.Program, reading: Reading, size: Size, phase: float) -> None:
        values = {**uniforms(reading), "u_resolution": [float(size[0]), float(size[1])], "u_phase": phase}
        for name, value in values.items():
            if name in program:  # a scene need not use them all; the compiler drops the rest
                cast(moderngl.Uniform, program[name]).value = tuple(value) if isinstance(value, list) else value

    def _canvas(self, size: Size) -> Canvas:
        canvas = self._canvases.pop(size, None) or Canvas(self._context, size)
        self._canvases[size] = canvas
        while len(self._canvases) > SIZES_KEPT:
            self._canvases.pop(next(iter(self._canvases))).release()
        return canvas

    def _strips(self, scene: str, size: Size) -> int:
        """As many as keep a strip short, so that a cancel is seen soon."""
        expected = self._seconds_a_pixel.get(scene, math.inf) * size[0] * size[1]
        return min(max(math.ceil(min(expected, 1e3) / STRIP_SECONDS), 1), MOST_STRIPS, size[1])
