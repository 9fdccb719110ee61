"""The program that `test_diffusers.py` runs in the place of the real one, which needs large packages: it paints grey."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from photoplay.core.child_main import Progress, TaskFailed, serve


def describe(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Knows one model."""
    if params["source"] != "studio/tiny":
        raise TaskFailed("no_model", f"{params['source']} is not among the models.")
    return {"pipeline": "TinyPipeline", "operations": ["text-to-image", "inpaint"], "edge": 64}


def paint(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """A step takes a hundredth of a second; some words go wrong."""
    for step in range(params["steps"]):
        progress(step, params["steps"], word="Painting")
        time.sleep(0.01)
    if params["prompt"] in ("moderated", "out_of_memory"):
        raise TaskFailed(params["prompt"], "It went wrong.")
    path = Path(params["out_dir"]) / "result.png"
    Image.new("RGB", (params["width"], params["height"]), "grey").save(path)
    told = {name: params[name] for name in ("seed", "steps", "cfg_scale", "loras", "downloads")}
    return {"path": str(path), "width": params["width"], "height": params["height"], "metadata": told}


if __name__ == "__main__":
    serve({"describe": describe, "paint": paint})
