"""The child program, `python -m photoplay.makers`: does the makers' tasks as lines on stdin ask for them."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from photoplay.core.child_main import Progress, Task, serve

MAKERS = {
    "nearest-scene": "nearest_scene",
    "text-to-image": "scene_image",
    "text-to-video": "scene_film",
    "upscale": "upscale",
    "remove-background": "cutout",
    "image-to-video": "camera",
    "text-to-speech": "speech",
    "text-to-music": "music",
    "machine": "machine",
}
"""Each task with the file of this room that does it."""


def lazy(file: str) -> Task:
    """The task of a file, which is loaded when it is first asked for: each brings libraries of its own."""

    def run(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        task: Task = import_module(f"photoplay.makers.{file}").run
        return task(params, progress)

    return run


if __name__ == "__main__":
    serve({task: lazy(file) for task, file in MAKERS.items()})
