"""Create: the form, and the frames of everything that was asked for lately."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from photoplay import assets, catalog, generation
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.catalog import Offer
from photoplay.core.errors import PhotoplayError
from photoplay.generation import GenerationRequest, GenerationView
from photoplay.web.deps import StudioDep, ViewerDep, new_idempotency_key
from photoplay.web.forms import Scalar, params_of
from photoplay.web.pages.composer import Composer, compose, kind_named, kind_of
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render, static

router = APIRouter(include_in_schema=False)
CanvasMode = Literal["auto", "live", "still", "off"]
_FRAMES: Final = 20


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
    model: str | None = None,
    prompt: str = "",
    source: Annotated[
        str | None, Query(alias="from", description="An asset whose settings are to be used again.")
    ] = None,
    preset: str | None = None,
    canvas: CanvasMode = "auto",
) -> HTMLResponse:
    """The form for a kind on a model; with `from`, filled with the settings of an asset, with `preset`, of a preset."""
    values: Mapping[str, Scalar] = {"prompt": prompt}
    picked: tuple[str, ...] = ()
    if source is not None:
        recipe, known = await studio.runtime.db.read(
            lambda session: (
                assets.recipe_of(session, viewer.user_id, source),
                {view.name for view in catalog.presets_of(session, viewer.user_id)},
            )
        )
        kind, model = kind_of(recipe.operation).name, recipe.model
        picked = tuple(used.name for used in recipe.presets)
        is_whole = known.issuperset(picked)
        words = recipe.prompt if is_whole else str(recipe.params.get("prompt") or recipe.prompt)
        values, picked = {**recipe.params, "prompt": words, "seed": recipe.seed}, picked if is_whole else ()
    elif preset is not None:
        found = await studio.runtime.db.read(lambda session: catalog.preset_of(session, viewer.user_id, preset))
        values, model, picked = {**found.params, **values}, found.model or model, (found.name,)
    composer = _composer(studio, kind, model, values)
    page = await _page(request, studio, viewer, composer, canvas=canvas, picked=picked, replaces=source is not None)
    return HTMLResponse(page)


@router.post("/create", response_class=HTMLResponse)
async def order(request: Request, studio: StudioDep, viewer: ViewerDep) -> Response:
    """The form without scripts: orders what it says and goes back to the page, where the new frame is."""
    form = await request.form()
    kind = kind_named(str(form.get("kind", "")))
    composer = _composer(studio, kind.name, str(form.get("model", "")), {})
    params = params_of(composer.model.form[kind.operation], form)
    picked = tuple(str(name) for name in form.getlist("presets"))
    wanted = GenerationRequest(operation=kind.operation, model=composer.model.id, params=params, presets=list(picked))
    key = str(form.get("press") or new_idempotency_key())
    try:
        await generation.request(studio.runtime, viewer, wanted, idempotency_key=key)
    except PhotoplayError as error:
        filled = _composer(studio, kind.name, composer.model.id, params)
        why = " ".join([error.message, *error.fields.values()])
        page = await _page(request, studio, viewer, filled, problem=why, picked=picked)
        return HTMLResponse(page, status_code=error.status)
    return RedirectResponse(f"/create?kind={kind.name}#now", status_code=303)


@router.get("/create/presets", response_class=HTMLResponse)
async def presets(studio: StudioDep, viewer: ViewerDep, kind: str | None = None) -> HTMLResponse:
    """The presets of a kind, after one was saved or deleted."""
    wanted = kind_named(kind)
    found = await studio.runtime.db.read(lambda session: catalog.presets_of(session, viewer.user_id, wanted.operation))
    return HTMLResponse(render("_presets.html", presets=found, picked=(), replaces=False, kind=wanted))


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


def _composer(studio: Studio, kind_name: str | None, model_id: str | None, values: Mapping[str, Scalar]) -> Composer:
    kind = kind_named(kind_name)
    models = [catalog.model_view(offer) for offer in _offers(studio, kind.operation)]
    return compose(kind, models, catalog.suggestions(), model_id=model_id, values=values)


def _offers(studio: Studio, operation: str) -> list[Offer]:
    """What can be ordered: first those whose vendor needs no key, of these the free ones."""
    vendors = studio.runtime.vendors
    return sorted(
        studio.runtime.catalog.orderable(operation),
        key=lambda offer: (
            vendors.needs_key_for(offer.provider) is not None,
            any(rule.unit != "free" for rule in offer.prices),
        ),
    )


async def _page(
    request: Request,
    studio: Studio,
    viewer: Viewer,
    composer: Composer,
    *,
    canvas: CanvasMode = "auto",
    problem: str | None = None,
    picked: tuple[str, ...] = (),
    replaces: bool = False,
) -> str:
    shell, generations, presets = await studio.runtime.db.read(
        lambda session: (
            shell_for(request, session, viewer),
            _latest(session, viewer),
            catalog.presets_of(session, viewer.user_id, composer.kind.operation),
        )
    )
    return render(
        "create.html",
        shell=shell,
        generations=generations,
        press=new_idempotency_key(),
        canvas_mode=canvas,
        example=_still_of(generations, composer.kind.name),
        problem=problem,
        presets=presets,
        picked=picked,
        replaces=replaces,
        **composer.context,
    )


def _latest(session: Session, viewer: Viewer) -> list[GenerationView]:
    return generation.generations_of(session, viewer.user_id, limit=_FRAMES).items


def _still_of(generations: list[GenerationView], kind: str) -> str:
    """What stands on the stage where nothing can be painted live: the last result, else an example."""
    for view in generations:
        for asset in view.assets:
            still = asset.files.get("poster") or asset.files.get("card")
            if asset.kind == kind and still:
                return still
    return static("example.webp")
