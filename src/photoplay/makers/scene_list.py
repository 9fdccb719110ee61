"""The scenes on offer: their data (`scenes.toml`) and their source in the dialect asked for."""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from photoplay.core.errors import NotFound

Dialect = Literal["webgl2", "gl330"]

_ROOM = resources.files("photoplay.makers")
_HEADS: dict[Dialect, str] = {
    "gl330": "#version 330 core\n",
    "webgl2": "#version 300 es\nprecision highp float;\nprecision highp int;\n",
}
_INCLUDE = "//! include:"


class UnknownScene(NotFound):
    """There is no scene of this name."""

    code = "unknown_scene"


class Scene(BaseModel):
    """What is known of a scene besides its source. Amounts are 0 to 1, the hour 0 to 24."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    becomes: str
    """Ends the sentence "This would become: ..."."""
    about: str
    film_every: Literal[1, 2] = 1
    """2 paints every second frame of a film and blends the ones between."""
    film_scale: float = Field(default=1, gt=0.4, le=1)
    """How large the frames of a film are painted before they are enlarged; never below 540 lines."""
    words: dict[str, int]
    exemplars: tuple[str, ...] = Field(min_length=3)
    palette: tuple[str, str, str]
    hour: float = 13
    haze: float = 0.1
    cloud: float = 0.3
    rain: float = 0
    snow: float = 0
    wind: float = 0.2


@cache
def scenes() -> dict[str, Scene]:
    """Every scene that has a source, by name, in the order of the file."""
    entries = tomllib.loads((_ROOM / "scenes.toml").read_text("utf-8"))
    return {name: Scene(name=name, **entry) for name, entry in entries.items() if _file(name).is_file()}


def scene_names() -> tuple[str, ...]:
    """The names of the scenes, such as "ocean"."""
    return tuple(scenes())


def find_scene(name: str) -> Scene:
    """The scene of this name. Raises `UnknownScene`, whose message lists the names that exist."""
    found = scenes().get(name)
    if found is None:
        raise UnknownScene(f'There is no scene "{name}". Choose one of: {", ".join(scenes())}.')
    return found


@cache
def scene_source(name: str, dialect: Dialect = "webgl2") -> str:
    """The whole fragment shader of a scene, ready to compile: "webgl2" for browsers, "gl330" for OpenGL 3.3.

    Its uniforms are those of `uniforms()` plus `u_resolution` (pixels) and `u_phase` (0 to 1 through the loop).
    Raises `UnknownScene`.
    """
    find_scene(name)
    own = _file(name).read_text("utf-8")
    first = own.partition("\n")[0]
    pieces = first.removeprefix(_INCLUDE).split() if first.startswith(_INCLUDE) else []
    return "\n".join([_HEADS[dialect], *(_file(piece).read_text("utf-8") for piece in ["_frame", *pieces]), own])


def _file(name: str) -> resources.abc.Traversable:
    return _ROOM / "scenes" / f"{name}.glsl"
