"""What the tests of makers share: explicit small jobs, and a progress that notes, or stops at a step."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from photoplay.core.child_main import Cancelled
from photoplay.makers import read


@dataclass
class Steps:
    """Notes every progress line; called off from the step `stop_at` on."""

    stop_at: int | None = None
    lines: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, done: float, of: float, **details: Any) -> None:
        if self.stop_at is not None and len(self.lines) >= self.stop_at:
            raise Cancelled
        self.lines.append({"done": done, "of": of, **details})

    @property
    def previews(self) -> list[dict[str, Any]]:
        """Every preview that was told, in order."""
        return [preview for line in self.lines for preview in line.get("previews", [])]


def scene_job(prompt: str, out_dir: Path, **changes: Any) -> dict[str, Any]:
    """Params of a scene maker with the words read, as the provider sends them."""
    return {**read(prompt, {"seed": 3, **changes}).params, "out_dir": str(out_dir), **changes}


def pixels_of(path: Path | str) -> "np.ndarray[Any, Any]":
    """A picture file as numbers, so that a difference does not wrap."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)
