"""The local scenes for a live canvas: what words mean to them, and their source for the browser."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from photoplay import generation, makers
from photoplay.catalog import InvalidParams
from photoplay.core.errors import NotFound, Unavailable
from photoplay.generation import MediaRequest
from photoplay.makers import Reading
from photoplay.providers import Notice
from photoplay.web.deps import StudioDep, ViewerDep

router = APIRouter(prefix="/api/v1/scenes", tags=["scenes"])


@runtime_checkable
class ReadsScenes(Protocol):
    """Who can say what it would paint."""

    async def read(self, prompt: str, params: Mapping[str, Any]) -> Reading:
        """What it would paint from these words and settings."""
        ...


class ReadingRequest(BaseModel):
    """A prompt and its presets, and the settings that are fixed whatever the words say."""

    model_config = ConfigDict(extra="forbid")

    prompt: str = Field(default="", max_length=4000)
    params: dict[str, Any] = Field(default_factory=dict)
    operation: str = "text-to-image"
    presets: list[str] = Field(default_factory=list, max_length=20)


class ReadingView(BaseModel):
    """What would be painted. `params` gives exactly this picture when ordered; `uniforms` paints it in the browser."""

    scene: str
    params: dict[str, str | float | int]
    colors: list[str]
    uniforms: dict[str, list[float] | float]
    notices: list[Notice]


class SourceView(BaseModel):
    """The fragment shader of a scene, for WebGL 2."""

    scene: str
    fragment: str


@router.post("/reading", summary="What a prompt means to the local scenes")
async def reading(studio: StudioDep, viewer: ViewerDep, wanted: ReadingRequest) -> ReadingView:
    """Reads scene, light, weather, colours and mood from the words. Free, nothing is ordered."""
    provider: object = studio.runtime.providers.get("local")
    if not isinstance(provider, ReadsScenes):
        raise Unavailable("There are no local scenes in this studio.")
    asked = MediaRequest(operation=wanted.operation, params={"prompt": wanted.prompt}, presets=wanted.presets)
    dressed = await generation.dress(studio.runtime, viewer, asked)
    try:
        read = await provider.read(str(dressed.request.params["prompt"]), wanted.params)
    except ValidationError as error:
        fields = {str(one["loc"][-1]): one["msg"] for one in error.errors()}
        raise InvalidParams("Some settings do not fit the local scenes.", fields=fields) from error
    return ReadingView(
        scene=read.scene,
        params=dict(read.params),
        colors=list(read.colors),
        uniforms=makers.uniforms(read),
        notices=[Notice(notice.code, notice.message) for notice in read.notices],
    )


@router.get("/{scene}/source", summary="The source of a scene")
async def source(studio: StudioDep, viewer: ViewerDep, scene: str) -> SourceView:
    """The same source that is painted on this machine, as WebGL 2."""
    if scene not in makers.scene_names():
        raise NotFound(f'There is no scene "{scene}".')
    return SourceView(scene=scene, fragment=makers.scene_source(scene, "webgl2"))
