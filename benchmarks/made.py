"""Makes something in a bench's studio, and tells how long that took."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.studio import RunningStudio


def made(studio: RunningStudio, operation: str, params: Mapping[str, Any], **more: Any) -> tuple[float, Any]:
    """Seconds from the POST to succeeded as the rows tell them, and the generation. Raises when it did not succeed."""
    view = studio.make(operation, params, **more)
    if view["status"] != "succeeded":
        raise RuntimeError(f"{operation} ended as {view['status']}: {view['error']}")
    return _moment(view["finished_at"]) - _moment(view["created_at"]), view


def asset_of(view: Any) -> str:
    """The id of the first asset of a generation."""
    return str(view["assets"][0]["id"])


def original_of(studio: RunningStudio, view: Any, path: Path) -> Path:
    """Its file, saved at `path`."""
    status, content, _ = studio.call("GET", view["assets"][0]["files"]["original"])
    if status != 200:
        raise RuntimeError(f"The file of {view['id']} answered {status}.")
    path.write_bytes(content)
    return path


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
