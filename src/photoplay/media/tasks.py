"""The jobs of the child process: probe, renditions, mark, verify, clear-mask. Params and results are JSON."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photoplay.core.child_main import Progress, Task, TaskFailed
from photoplay.core.errors import PhotoplayError
from photoplay.media._contract import Kind, Limits, Marks, Parent, RenderedFile, SourceType
from photoplay.media.formats import sniff_file

if TYPE_CHECKING:
    from photoplay.media.renditions import Job

    _Render = Callable[[Job, Limits, Progress], tuple[RenderedFile, ...]]

Json = Mapping[str, Any]
_Run = Callable[[Json, Progress], Json]


def _probe(params: Json, progress: Progress) -> Json:
    path, limits = Path(params["path"]), Limits(**params["limits"])
    found = sniff_file(path)
    match found.kind:
        case "image":
            from photoplay.media import image

            return asdict(image.probe(path, found, limits))
        case "video":
            from photoplay.media import video

            return asdict(video.probe(path, found, limits))
        case "audio":
            from photoplay.media import audio

            return asdict(audio.probe(path, found, limits))


def _renditions(params: Json, progress: Progress) -> Json:
    from photoplay.media.marks import origin_of
    from photoplay.media.renditions import Job

    path, limits = Path(params["path"]), Limits(**params["limits"])
    found = sniff_file(path)
    origin = origin_of(path, found, Path(params["credentials"]))
    job = Job(path, found, params["roles"], Path(params["folder"]), origin)
    has_sound_alone = found.kind == "video" and params["kind"] == "audio"
    files = _renderer("audio" if has_sound_alone else found.kind)(job, limits, progress)
    return {"files": [{**asdict(file), "path": str(file.path)} for file in files]}


def _renderer(kind: Kind) -> "_Render":
    match kind:
        case "image":
            from photoplay.media import image

            return image.render
        case "video":
            from photoplay.media import video

            return video.render
        case "audio":
            from photoplay.media import audio

            return audio.render


def _mark(params: Json, progress: Progress) -> Json:
    from photoplay.media.marks import mark

    words = dict(params["marks"])
    marks = Marks(
        **{**words, "source": SourceType(words["source"]), "made_at": datetime.fromisoformat(words["made_at"])}
    )
    parents = [Parent(Path(one["path"]), one["title"]) for one in params["parents"]]
    return asdict(mark(Path(params["path"]), marks, parents, Path(params["credentials"])))


def _mask(params: Json, progress: Progress) -> Json:
    from photoplay.media.masks import write_mask

    path = Path(params["path"])
    made = write_mask(path, sniff_file(path), Path(params["out"]), Limits(**params["limits"]))
    return {**asdict(made), "path": str(made.path)}


def _verify(params: Json, progress: Progress) -> Json:
    from photoplay.media.report import report

    path = Path(params["path"])
    return asdict(report(path, sniff_file(path), Path(params["credentials"])))


def _clear_mask(params: Json, progress: Progress) -> Json:
    from photoplay.media.masks import clear_where_white

    path = Path(params["path"])
    clear_where_white(path, sniff_file(path), Path(params["out"]), Limits(**params["limits"]))
    return {}


def _plainly(run: _Run) -> Task:
    """Turns the errors of this room into answers of the child."""

    def task(params: Json, progress: Progress) -> Json:
        try:
            return run(params, progress)
        except PhotoplayError as error:
            raise TaskFailed(error.code, error.message) from error

    return task


TASKS: dict[str, Task] = {
    "probe": _plainly(_probe),
    "renditions": _plainly(_renditions),
    "mark": _plainly(_mark),
    "mask": _plainly(_mask),
    "verify": _plainly(_verify),
    "clear-mask": _plainly(_clear_mask),
}
