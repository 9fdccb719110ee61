"""How the models of a vendor that hosts many call what an order says: our names to their fields, by a table."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from photoplay.providers._contract import Input, Json, Order
from photoplay.providers._errors import Invalid

USUAL: Final = {
    "aspect": "aspect_ratio",
    "size": "resolution",
    "duration_seconds": "duration",
    "steps": "num_inference_steps",
    "cfg_scale": "guidance_scale",
    "sampler": "scheduler",
}
"""Names that most models share. What is not here is called as we call it."""


@dataclass(frozen=True)
class Dialect:
    """What one model calls things, and how it writes them."""

    names: Mapping[str, str] = field(default_factory=dict)
    """By our name, where it is not the usual one; "" for what it does not take (a seed)."""
    files: Mapping[str, str] = field(default_factory=dict)
    """By input role: the field; `name[]` where it is a list. Roles may share a list."""
    sizes: Mapping[str | int, Mapping[str, Json]] = field(default_factory=dict)
    """By our size: the fields that say it, where it is not the size itself."""
    pixels: Literal["", "flat", "custom", "image_size"] = ""
    """Where the size is width and height: two fields, the same beside the aspect "custom", or an object `image_size`."""
    multiple: int = 16
    """Width and height are multiples of this."""
    duration: str = ""
    """A format for lengths that are a text, such as "{:g}s". Empty: whole seconds as a number."""
    fixed: Mapping[str, Json] = field(default_factory=dict)
    """What is always sent."""

    @property
    def lacks(self) -> tuple[str, ...]:
        """What a card says of it: the settings that it does not take."""
        return tuple(name for name in ("seed", "aspect") if self.names.get(name) == "")


def fields_of(params: Mapping[str, Json], dialect: Dialect) -> dict[str, Json]:
    """The fields of an order but for its files. What is not set is left out.

    Raises `Invalid` for a shape where the model keeps that of the picture.
    """
    said: dict[str, Json] = dict(dialect.fixed)
    for name, value in params.items():
        called = dialect.names.get(name, USUAL.get(name, name))
        if value is not None and called and name not in ("aspect", "size", "duration_seconds"):
            said[called] = value
    return said | _frame(params.get("aspect"), params.get("size"), dialect) | _length(params, dialect)


async def files_of(order: Order, dialect: Dialect, address: Callable[[Input], Awaitable[str]]) -> dict[str, Json]:
    """The fields of an order's files; `address` gives what is sent for one. Raises `Invalid` for a role that it lacks."""
    sent: dict[str, Json] = {}
    for given in order.inputs:
        called = dialect.files.get(given.role)
        if called is None:
            raise Invalid(f"This model takes no input of the role {given.role}.")
        told, name = await address(given), called.removesuffix("[]")
        so_far = sent.get(name)
        sent[name] = [*(so_far if isinstance(so_far, list) else []), told] if called.endswith("[]") else told
    return sent


def _length(params: Mapping[str, Json], dialect: Dialect) -> dict[str, Json]:
    seconds, called = params.get("duration_seconds"), dialect.names.get("duration_seconds", USUAL["duration_seconds"])
    if not isinstance(seconds, int | float) or not called:
        return {}
    return {called: dialect.duration.format(seconds) if dialect.duration else round(seconds)}


def _frame(aspect: Json, size: Json, dialect: Dialect) -> dict[str, Json]:
    if dialect.pixels and isinstance(aspect, str) and (edge := _edge(aspect, size)):
        width, height = pixels_of(aspect, edge, multiple=dialect.multiple)
        if dialect.pixels == "image_size":
            return {"image_size": {"width": width, "height": height}}
        return {"width": width, "height": height} | ({"aspect_ratio": "custom"} if dialect.pixels == "custom" else {})
    said: dict[str, Json] = {}
    if isinstance(size, str | int):
        said |= _size(size, dialect)
    if isinstance(aspect, str):
        if dialect.pixels in ("flat", "image_size"):
            raise Invalid("This model keeps the shape of your picture: leave the aspect empty.")
        called = dialect.names.get("aspect", USUAL["aspect"])
        said |= {called: aspect} if called else {}
    return said


def _edge(aspect: str, size: Json) -> int:
    """The longer edge in pixels: the size itself, or of a film with so many lines; 0 where none is said."""
    if isinstance(size, str) and size.endswith("p"):
        across, down = (int(part) for part in aspect.split(":"))
        return round(int(size[:-1]) * max(across, down) / min(across, down))
    return size if isinstance(size, int) else 0


def _size(size: str | int, dialect: Dialect) -> dict[str, Json]:
    if dialect.sizes:
        return dict(dialect.sizes.get(size, {}))
    called = dialect.names.get("size", USUAL["size"])
    return {called: size} if called and isinstance(size, str) else {}


def pixels_of(aspect: str, size: int, *, multiple: int) -> tuple[int, int]:
    """Width and height for a longer edge in pixels, in multiples of what the model wants."""
    across, down = (int(part) for part in aspect.split(":"))
    longest = max(across, down) * multiple
    return round(size * across / longest) * multiple, round(size * down / longest) * multiple
