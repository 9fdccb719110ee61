"""Cuts the subject out of a picture: a small network finds it, the picture's own edges refine the mask."""

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from photoplay.core.child_main import Progress, TaskFailed
from photoplay.makers._job import MadeFile, PictureJob, all_or_nothing, answer, whole_file
from photoplay.makers.pictures import Pixels, open_picture, write_png
from photoplay.makers.ready_files import THUMB_PIXELS, placeholder, write_webp

TASK = "remove-background"
MOST_INPUT_PIXELS = 40_000_000
NETWORK_PIXELS = 320
WORK_PIXELS = 1024
"""Longer edge at which the mask is refined; the result has the size of the source."""
WEIGHTS = Path(__file__).parent / "weights" / "u2netp.onnx"

Floats = npt.NDArray[np.floating[Any]]
"""In practice 32 bits: numpy's types widen what its values do not."""
Box = tuple[int, int, int, int]
FindSubject = Callable[[Image.Image], Floats]
"""A picture of any size in, 320 x 320 chances (0 to 1) of being the subject out."""


def run(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Writes `cutout.png`, of the source's size, with alpha, and `thumb.webp`. Progress counts steps.

    Raises `TaskFailed`: "nothing_stands_out", "too_large", "unreadable_picture".
    """
    job = PictureJob.model_validate(params)
    picture = open_picture(job.source, most_pixels=MOST_INPUT_PIXELS, purpose="cut out")
    progress(0, 5, word="Looking for the subject")
    small = _fit(Image.fromarray(picture.rgb), WORK_PIXELS)
    coarse = _mask(small, progress)
    notes = _doubts(coarse)
    refined = _guided(coarse, np.asarray(small.convert("L"), np.float32) / 255)
    progress(3, 5, word="Following its edges")
    alpha = _at_full_size(refined, small, picture.rgb)
    if picture.alpha is not None:
        alpha = np.minimum(alpha, picture.alpha)
    rgb = _own_colors(picture.rgb, alpha, small)
    progress(4, 5, word="Saving")
    target, thumb, seen = job.out_dir / "cutout.png", job.out_dir / "thumb.webp", np.dstack([rgb, alpha])
    with all_or_nothing(target, thumb):
        with whole_file(target) as part:
            write_png(part, rgb, alpha, picture.icc)
        small_file = write_webp(thumb, seen, role="thumb", longer_edge=THUMB_PIXELS)
        progress(5, 5, word="Saving")
    width, height = picture.size
    share = round(float(alpha.mean()) / 255, 3)
    return answer(
        MadeFile(target, "image/png", width=width, height=height),
        small_file,
        metadata={"network": "u2netp", "subject_share": share, "notes": notes, "thumbhash": placeholder(seen)},
    )


def _fit(image: Image.Image, longest: int) -> Image.Image:
    scale = min(1.0, longest / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _mask(small: Image.Image, progress: Progress) -> Floats:
    """The coarse mask at the size of `small`. Looks twice: at all, then closer at the part where the subject is."""
    find = _network()
    first = _resized(find(small), small.size)
    _refuse_nothing(first)
    progress(1, 5, word="Looking closer")
    box = _around(first)
    if (box[2] - box[0]) * (box[3] - box[1]) > 0.6 * small.width * small.height:
        progress(2, 5, word="Following its edges")
        return first
    closer = _resized(find(small.crop(box)), (box[2] - box[0], box[3] - box[1]))
    progress(2, 5, word="Following its edges")
    mask = np.zeros_like(first)
    mask[box[1] : box[3], box[0] : box[2]] = closer
    # The closer look knows edges better; what it no longer takes for the subject stays half believed.
    return np.maximum(mask, first * 0.5) if closer.mean() > 0.05 else first


def _refuse_nothing(mask: Floats) -> None:
    sure = float((mask > 0.7).mean())
    unsure = float(((mask > 0.15) & (mask < 0.7)).mean())
    if sure < 0.004 or sure > 0.97 or (sure < 0.02 and unsure > 1.5 * sure):
        raise TaskFailed(
            "nothing_stands_out",
            "Nothing in this picture stands out clearly from its background, so there is nothing to cut out. "
            "It cost nothing. Try a picture with one clear subject.",
        )


def _doubts(mask: Floats) -> list[str]:
    """What a person should know about a mask that is not sure of itself."""
    subject = float((mask > 0.5).mean())
    unsure = float(((mask > 0.15) & (mask < 0.85)).mean())
    if unsure > 0.6 * subject:
        return ["The subject does not stand out clearly from its background; check the edges of the result."]
    return []


def _around(mask: Floats) -> Box:
    """The box around the subject with a margin of an eighth."""
    rows, columns = np.nonzero(mask > 0.3)
    left, right, top, bottom = columns.min(), columns.max() + 1, rows.min(), rows.max() + 1
    margin = max(8, (right - left) // 8, (bottom - top) // 8)
    height, width = mask.shape
    return (
        int(max(0, left - margin)),
        int(max(0, top - margin)),
        int(min(width, right + margin)),
        int(min(height, bottom + margin)),
    )


def _guided(mask: Floats, guide: Floats) -> tuple[Floats, Floats]:
    """Guided filter (He, Sun, Tang 2010): `slope * guide + offset` is the mask with the guide's edges."""
    radius, smooth = max(2, max(mask.shape) // 128), 2e-4
    mean_guide, mean_mask = _blurred(guide, radius), _blurred(mask, radius)
    spread = _blurred(guide * guide, radius) - mean_guide * mean_guide
    slope = (_blurred(guide * mask, radius) - mean_guide * mean_mask) / (spread + np.float32(smooth))
    offset = mean_mask - slope * mean_guide
    return _blurred(slope, radius), _blurred(offset, radius)


def _at_full_size(refined: tuple[Floats, Floats], small: Image.Image, rgb: Pixels) -> Pixels:
    """The mask at the source's size, firmer than the filter leaves it, 0 to 255."""
    size = (rgb.shape[1], rgb.shape[0])
    slope, offset = (_resized(part, size) for part in refined)
    slope *= np.asarray(Image.fromarray(rgb).convert("L"), np.float32) * np.float32(1 / 255)
    slope += offset
    slope -= np.float32(0.5)
    slope *= np.float32(1.6)
    slope += np.float32(0.5)
    np.clip(slope, 0, 1, out=slope)
    smooth = slope * slope * (3 - 2 * slope)
    return _bytes(smooth * 255)


def _own_colors(rgb: Pixels, alpha: Pixels, small: Image.Image) -> Pixels:
    """Takes the background's colour out of half transparent edges: no fringe stays (blur fusion, Forte 2021)."""
    thin = np.asarray(Image.fromarray(alpha).resize(small.size, Image.Resampling.BOX), np.float32)[:, :, None] / 255
    seen = np.asarray(small, np.float32)
    radius = max(3, max(small.size) // 64)
    front = _blurred(seen * thin, radius) / np.maximum(_blurred(thin, radius), 1e-3)
    back = _blurred(seen * (1 - thin), radius) / np.maximum(_blurred(1 - thin, radius), 1e-3)
    edge = (alpha > 0) & (alpha < 255)
    size = (rgb.shape[1], rgb.shape[0])
    front_large = np.asarray(Image.fromarray(_bytes(front)).resize(size, Image.Resampling.BILINEAR))
    back_large = np.asarray(Image.fromarray(_bytes(back)).resize(size, Image.Resampling.BILINEAR))
    result = np.where(alpha[:, :, None] == 0, front_large, rgb)
    share = alpha[edge].astype(np.float32)[:, None] / 255
    ahead, behind, shown = (part[edge].astype(np.float32) for part in (front_large, back_large, rgb))
    result[edge] = _bytes(ahead + share * (shown - share * ahead - (1 - share) * behind))
    return result


def _bytes(values: Floats) -> Pixels:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _resized(values: Floats, size: tuple[int, int]) -> Floats:
    return np.array(Image.fromarray(values).resize(size, Image.Resampling.BICUBIC), np.float32)


def _blurred(values: Floats, radius: int) -> Floats:
    """Mean over a square of 2 x radius + 1, mirrored at the border; bands apart."""
    for axis in (0, 1):
        values = _blurred_along(values, min(radius, values.shape[axis] - 1), axis)
    return values


def _blurred_along(values: Floats, radius: int, axis: int) -> Floats:
    widths = [(0, 0)] * values.ndim
    widths[axis] = (radius + 1, radius)
    total = np.cumsum(np.pad(values, widths, mode="symmetric"), axis=axis, dtype=np.float64)
    window = 2 * radius + 1
    ahead = np.take(total, np.arange(window, total.shape[axis]), axis=axis)
    behind = np.take(total, np.arange(total.shape[axis] - window), axis=axis)
    return ((ahead - behind) / window).astype(np.float32)


@cache
def _network() -> FindSubject:
    """Loads the network once for the life of the process."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(4, os.cpu_count() or 1)
    options.enable_cpu_mem_arena = False  # the arena keeps half a gigabyte after one look
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads let others work
    session = onnxruntime.InferenceSession(str(WEIGHTS), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    mean, spread = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)

    def find(image: Image.Image) -> Floats:
        small = image.resize((NETWORK_PIXELS, NETWORK_PIXELS), Image.Resampling.LANCZOS)
        values = np.asarray(small, np.float32)
        values = (values / max(float(values.max()), 1.0) - mean) / spread
        found: Floats = session.run(None, {name: values.transpose(2, 0, 1)[None]})[0][0, 0]
        return found

    return find
