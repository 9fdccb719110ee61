"""Files on their way to and from a vendor: inputs as base64 or form fields, answers in JSON as files."""

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

import orjson
from pydantic import ConfigDict, TypeAdapter, ValidationError

from photoplay.core.calls import Answer, FormField
from photoplay.core.errors import PhotoplayError
from photoplay.core.files import in_thread
from photoplay.providers._contract import FileRole, Input, LocalFile, Order
from photoplay.providers._errors import Invalid, Unreadable

ENDINGS: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
    "image/svg+xml": "svg",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/flac": "flac",
    "audio/ogg": "ogg",
    "audio/aac": "aac",
    "audio/mp4": "m4a",
    "audio/opus": "opus",
}

_BASE64: Final = TypeAdapter(bytes, config=ConfigDict(val_json_bytes="base64"))
"""Pydantic decodes in a fifth of the time that the standard library takes, which is felt with pictures of megabytes."""


async def local_path(given: Input, spool: Path) -> Path:
    """The input as a file here: where it lies, or a copy in the order's own folder. Not to be written into."""
    path = given.local_path()
    if path is not None:
        return path
    path = spool / f"input-{given.sha256[:16]}.{ending_of(given.mime)}"
    with await in_thread(path.open, "wb") as file:
        async for piece in given.open():
            await in_thread(file.write, piece)
    return path


async def base64_of(given: Input, spool: Path) -> str:
    """The input's bytes in base64."""
    path = await local_path(given, spool)
    return await in_thread(lambda: base64.b64encode(path.read_bytes()).decode("ascii"))


async def data_url(given: Input, spool: Path) -> str:
    """The input as a `data:` address."""
    return f"data:{given.mime};base64,{await base64_of(given, spool)}"


async def form_file(given: Input, spool: Path, name: str) -> FormField:
    """The input as a file of a multipart form."""
    path = await local_path(given, spool)
    return FormField(name, path, file_name=f"{given.role}.{ending_of(given.mime)}", mime=given.mime)


def inputs_of(order: Order, role: str) -> tuple[Input, ...]:
    """The inputs of one role, in their order."""
    return tuple(given for given in order.inputs if given.role == role)


async def with_clear_mask(order: Order) -> Order:
    """The order with its mask as some vendors want it: a PNG that is transparent where ours is white. Raises `Invalid`."""

    async def _cleared(given: Input) -> Input:
        if given.clear is None:
            raise Invalid("The mask cannot be made ready for this vendor here.")
        path = order.spool / f"clear-{given.sha256[:16]}.png"
        try:
            await given.clear(await local_path(given, order.spool), path)
        except PhotoplayError as error:
            raise Invalid(f"The mask cannot be used. {error.message}") from error
        return replace(given, mime="image/png", local_path=lambda: path, address=None)

    inputs = [await _cleared(given) if given.role == "mask" else given for given in order.inputs]
    return replace(order, inputs=tuple(inputs))


async def json_of(answer: Answer | Path) -> Any:
    """A large answer as JSON, read beside the loop. Raises `Unreadable`."""
    return await in_thread(_json_in, answer)


def _json_in(answer: Answer | Path) -> Any:
    path = answer if isinstance(answer, Path) else answer.path
    try:
        return orjson.loads(
            answer.body if isinstance(answer, Answer) and path is None else cast(Path, path).read_bytes()
        )
    except orjson.JSONDecodeError as error:
        raise Unreadable("The answer is no JSON.") from error


async def unpack_picture(
    order: Order, answer: Answer, picture_in: Callable[[Any], tuple[str, str]]
) -> tuple[LocalFile, Any]:
    """The picture of a JSON answer as a file in the order's spool, and the JSON, in one trip beside the loop.

    `picture_in` gives the picture in base64 and its type, or raises. Raises `Unreadable`.
    """

    def _unpack() -> tuple[LocalFile, Any]:
        told = _json_in(answer)
        text, mime = picture_in(told)
        return _save(order, text, mime), told

    return await in_thread(_unpack)


async def save_base64(
    order: Order, text: str, mime: str, *, name: str = "result", role: FileRole = "original"
) -> LocalFile:
    """Writes what came in base64 (also as a `data:` address) into the order's spool. Raises `Unreadable`."""
    return await in_thread(_save, order, text, mime, name=name, role=role)


def _save(order: Order, text: str, mime: str, *, name: str = "result", role: FileRole = "original") -> LocalFile:
    path = order.spool / f"{name}.{ending_of(mime)}"
    try:
        path.write_bytes(_BASE64.validate_strings(text.partition(",")[2] if text.startswith("data:") else text))
    except ValidationError as error:
        raise Unreadable("The answer's file is no base64.") from error
    return LocalFile(path, mime, role=role)


def ending_of(mime: str) -> str:
    """The usual ending of a file of this type, without the dot."""
    return ENDINGS.get(mime.partition(";")[0].strip().lower(), "bin")


def mime_of(name: str, default: str) -> str:
    """The type that a file's name or address speaks of."""
    ending = name.partition("?")[0].rpartition(".")[2].lower()
    return next((mime for mime, known in ENDINGS.items() if known == ending), default)
