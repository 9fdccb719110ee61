"""The local generators: pure work in a child process, with true progress. Importing this room loads nothing heavy."""

from typing import TYPE_CHECKING

from photoplay.makers.desk import LANES, Makers
from photoplay.makers.options import CameraOptions, SynthOptions, UpscaleOptions, VoiceOptions
from photoplay.makers.palettes import palettes
from photoplay.makers.reading import Nearest, Reading, ReadingNotice, read, scene_by_words, uniforms
from photoplay.makers.scene_list import Dialect, Scene, UnknownScene, find_scene, scene_names, scene_source
from photoplay.makers.scene_options import SceneOptions

if TYPE_CHECKING:
    from photoplay.makers.stock import stock_command
else:

    def __getattr__(name: str) -> object:
        """What needs ffmpeg is loaded when it is first asked for."""
        if name == "stock_command":
            from photoplay.makers.stock import stock_command

            return stock_command
        raise AttributeError(name)


__all__ = [
    "LANES",
    "CameraOptions",
    "Dialect",
    "Makers",
    "Nearest",
    "Reading",
    "ReadingNotice",
    "Scene",
    "SceneOptions",
    "SynthOptions",
    "UnknownScene",
    "UpscaleOptions",
    "VoiceOptions",
    "find_scene",
    "palettes",
    "read",
    "scene_by_words",
    "scene_names",
    "scene_source",
    "stock_command",
    "uniforms",
]
