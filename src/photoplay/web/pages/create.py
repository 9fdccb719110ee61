"""Create: the form, what stands beside it, and the frames of everything that was asked for lately."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from photoplay import assets, campaigns, catalog, generation
from photoplay.accounts import Viewer
from photoplay.assets import AssetFilter, AssetView
from photoplay.bootstrap import Studio
from photoplay.core.errors import PhotoplayError
from photoplay.generation import GenerationView
from photoplay.web.deps import StudioDep, ViewerDep, new_idempotency_key
from photoplay.web.forms import Scalar, params_of
from photoplay.web.pages.composer import Asked, compose
from photoplay.web.pages.kinds import kind_named
from photoplay.web.pages.model_groups import AUTO_CHOICES, can_do, grouped
from photoplay.web.pages.shell import shell_for
from photoplay.web.pages.stage import stage_of
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
CanvasMode = Literal["auto", "live", "still", "off"]
_FRAMES: Final = 20
_OLDER_FRAMES: Final = 40
_PICKED_FROM: Final = 60
_FETCH_SECONDS: Final = 15.0


class Address(BaseModel):
    """Where a file is that is to be an input."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(max_length=4000)


@dataclass(frozen=True)
class _Filled:
    """The form as it is to be shown: what is asked, filled with values, and what went wrong with it."""

    asked: Asked
    values: Mapping[str, Scalar] = field(default_factory=dict)
    picked: tuple[str, ...] = ()
    replaces: bool = False
    problem: str | None = None
    canvas: CanvasMode = "auto"
    campaign: str = ""


@router.get("/")
async def home() -> RedirectResponse:
    """The studio opens where one makes something."""
    return RedirectResponse("/create", status_code=303)


@router.get("/create", response_class=HTMLResponse)
async def show_create(
    request: Request,
    studio: StudioDep,
    viewer: ViewerDep,
    kind: str | None = None,
    operation: str | None = None,
    model: str | None = None,
    prompt: str = "",
    inputs: Annotated[tuple[str, ...], Query(alias="input", description="`role:asset`, an asset or an address.")] = (),
    source: Annotated[
        str | None, Query(alias="from", description="An asset whose settings are to be used again.")
    ] = None,
    preset: str | None = None,
    canvas: CanvasMode = "auto",
    campaign: str = "",
) -> HTMLResponse:
    """The form for an operation on a model; with `from`, filled with the settings of an asset, with `preset`, of a preset."""
    filled = _Filled(
        Asked(kind, operation, model, inputs), {"prompt": prompt} if prompt else {}, canvas=canvas, campaign=campaign
    )
    page = await studio.runtime.db.read(
        lambda session: _page(session, request, studio, viewer, filled, source=source, preset=preset)
    )
    return HTMLResponse(page)


@router.post("/create", response_class=HTMLResponse)
async def order(request: Request, studio: StudioDep, viewer: ViewerDep) -> Response:
    """The form without scripts: orders what it says and goes back to the page, where the new frame is."""
    form = await request.form()
    asked = _asked(form)
    composer = await studio.runtime.db.read(lambda session: compose(session, studio, viewer, asked))
    params = params_of(composer.schema, form)
    picked = tuple(str(name) for name in form.getlist("presets"))
    key, charged = str(form.get("press") or new_idempotency_key()), str(form.get("campaign") or "")
    try:
        wanted = composer.request(params, picked).model_copy(update={"campaign_id": charged or None})
        await generation.request(studio.runtime, viewer, wanted, idempotency_key=key)
    except PhotoplayError as error:
        why = " ".join([error.message, *error.fields.values()])
        filled = _Filled(asked, params, picked, problem=why, campaign=charged)
        page = await studio.runtime.db.read(lambda session: _page(session, request, studio, viewer, filled))
        return HTMLResponse(page, status_code=error.status)
    return RedirectResponse(f"/create?{composer.address()}#now", status_code=303)


@router.get("/create/presets", response_class=HTMLResponse)
async def presets(studio: StudioDep, viewer: ViewerDep, kind: str | None = None) -> HTMLResponse:
    """The presets of a kind, after one was saved or deleted."""
    wanted = kind_named(kind)
    found = await studio.runtime.db.read(lambda session: catalog.presets_of(session, viewer.user_id, wanted.operation))
    return HTMLResponse(render("_presets.html", presets=found, picked=(), replaces=False, kind=wanted))


@router.get("/create/models", response_class=HTMLResponse)
async def models(
    studio: StudioDep,
    viewer: ViewerDep,
    operation: str | None = None,
    model: str | None = None,
    inputs: Annotated[tuple[str, ...], Query(alias="input")] = (),
) -> HTMLResponse:
    """The models to choose from for an operation, when the list of them is opened."""
    asked = Asked(None, operation, model, inputs)
    composer = await studio.runtime.db.read(lambda session: compose(session, studio, viewer, asked))
    return HTMLResponse(
        render(
            "_models.html",
            composer=composer,
            groups=grouped(composer.models),
            auto_choices=AUTO_CHOICES,
            can_do=can_do,
            may_add_keys=viewer.is_owner,
        )
    )


@router.get("/create/stage", response_class=HTMLResponse)
async def stage(studio: StudioDep, viewer: ViewerDep, kind: str, source: str = "") -> HTMLResponse:
    """What stands beside the form, after something of this kind was begun or has ended."""
    view = await studio.runtime.db.read(lambda session: stage_of(session, viewer, kind_named(kind), source))
    return HTMLResponse(render("_stage_picture.html", stage=view, kind=kind_named(kind)))


@router.get("/create/library", response_class=HTMLResponse)
async def library(studio: StudioDep, viewer: ViewerDep, kinds: str = "image,video", q: str = "") -> HTMLResponse:
    """What lies in the library and may be an input, newest first."""
    wanted = set(kinds.split(","))
    only = AssetFilter(kind=kinds if len(wanted) == 1 else None, words=q[:200])
    page = await studio.runtime.db.read(
        lambda session: assets.assets_of(session, viewer.user_id, only, limit=_PICKED_FROM)
    )
    found = [asset for asset in page.items if asset.kind in wanted]
    return HTMLResponse(render("_input_library.html", assets=found, words=q))


@router.post("/create/inputs")
async def fetch_input(studio: StudioDep, viewer: ViewerDep, wanted: Address) -> AssetView:
    """The file at an address, kept as an asset before it is an input. Raises what an upload raises, and `FetchFailed`."""
    view = await studio.uploader.fetch(
        viewer.user_id, wanted.address, studio.runtime.http, timeout_seconds=_FETCH_SECONDS
    )
    studio.runtime.finish_soon()
    return view


@router.get("/frames", response_class=HTMLResponse)
async def frames(studio: StudioDep, viewer: ViewerDep) -> HTMLResponse:
    """The whole grid, for a page that was away."""
    generations = await studio.runtime.db.read(lambda session: _latest(session, viewer))
    return HTMLResponse(render("_frames.html", generations=generations))


@router.get("/frames/{generation_id}", response_class=HTMLResponse)
async def frame(studio: StudioDep, viewer: ViewerDep, generation_id: str) -> HTMLResponse:
    """One frame as it stands now."""
    view = await studio.runtime.db.read(
        lambda session: generation.generation_of(session, viewer.user_id, generation_id)
    )
    return HTMLResponse(render("_frame.html", generation=view))


@router.get("/money", response_class=HTMLResponse)
async def money(request: Request, studio: StudioDep, viewer: ViewerDep) -> HTMLResponse:
    """The money in the top bar, after something was ordered or has ended."""
    shell = await studio.runtime.db.read(lambda session: shell_for(request, session, viewer))
    return HTMLResponse(render("_money.html", shell=shell))


def _asked(form: FormData) -> Asked:
    inputs = tuple(str(value).strip() for value in form.getlist("input") if str(value).strip())
    kind, operation, model = (str(form.get(name) or "") or None for name in ("kind", "operation", "model"))
    return Asked(kind, operation, model, inputs)


def _with_settings_of(session: Session, viewer: Viewer, filled: _Filled, source: str) -> _Filled:
    """The form filled as an asset was made, with its inputs; presets that are gone are left as the words they became."""
    recipe = assets.recipe_of(session, viewer.user_id, source)
    known = {view.name for view in catalog.presets_of(session, viewer.user_id)}
    picked = tuple(used.name for used in recipe.presets)
    is_whole = known.issuperset(picked)
    words = recipe.prompt if is_whole else str(recipe.params.get("prompt") or recipe.prompt)
    inputs = tuple(f"{one['role']}:{one['asset']}" for one in recipe.inputs)
    return replace(
        filled,
        asked=Asked(None, recipe.operation, recipe.model, inputs),
        values={**recipe.params, "prompt": words, "seed": recipe.seed},
        campaign=recipe.campaign or "",
        picked=picked if is_whole else (),
        replaces=True,
    )


def _page(
    session: Session,
    request: Request,
    studio: Studio,
    viewer: Viewer,
    filled: _Filled,
    *,
    source: str | None = None,
    preset: str | None = None,
) -> str:
    if source is not None:
        filled = _with_settings_of(session, viewer, filled, source)
    elif preset is not None:
        found = catalog.preset_of(session, viewer.user_id, preset)
        asked = replace(filled.asked, model=found.model or filled.asked.model)
        filled = replace(filled, asked=asked, values={**found.params, **filled.values}, picked=(found.name,))
    composer = compose(session, studio, viewer, filled.asked)
    first = next((one.reference for one in composer.given if one.role == "source"), "")
    stage = stage_of(session, viewer, composer.kind, first)
    return render(
        "create.html",
        shell=shell_for(request, session, viewer),
        generations=_latest(session, viewer),
        press=new_idempotency_key(),
        canvas_mode=filled.canvas,
        stage=stage,
        problem=filled.problem,
        presets=catalog.presets_of(session, viewer.user_id, composer.operation.name),
        picked=filled.picked,
        replaces=filled.replaces,
        is_filled=source is not None or preset is not None,
        may_add_keys=viewer.is_owner,
        work=campaigns.campaigns_of(session, viewer.user_id),
        campaign=filled.campaign,
        **composer.context(filled.values),
    )


def _latest(session: Session, viewer: Viewer) -> list[GenerationView]:
    """What was asked for last, and whatever is older and has not ended."""
    latest = generation.generations_of(session, viewer.user_id, limit=_FRAMES)
    if latest.next_cursor is None:
        return latest.items
    older = generation.generations_of(
        session, viewer.user_id, statuses=generation.UNFINISHED, cursor=latest.next_cursor, limit=_OLDER_FRAMES
    )
    return latest.items + older.items
