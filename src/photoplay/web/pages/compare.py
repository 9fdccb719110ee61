"""Compare: one prompt on several models at one price, and results of any kind side by side."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from photoplay import assets, campaigns, generation
from photoplay.accounts import Viewer
from photoplay.assets import AssetNotFound, AssetView
from photoplay.bootstrap import Studio
from photoplay.catalog import ModelView
from photoplay.core.errors import BadInput, PhotoplayError
from photoplay.generation import BatchItem, BatchRequest, GenerationNotFound, GenerationView
from photoplay.operations import find_operation
from photoplay.web.deps import StudioDep, ViewerDep, new_idempotency_key
from photoplay.web.pages.compare_panels import MOST, Comparison, comparison_of
from photoplay.web.pages.inputs import Given, given_of, references_of, slots_of
from photoplay.web.pages.kinds import ask_of, kind_of
from photoplay.web.pages.model_groups import ModelGroup, grouped, is_ready, models_for
from photoplay.web.pages.shell import shell_for
from photoplay.web.pages.try_on import operations_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
_FEWEST: Final = 2
_ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4")
_SEVERAL: Final = Query(description="Names with commas, or given several times.")
_Names = Annotated[list[str], _SEVERAL]


class NoSuchChoice(BadInput):
    """Too few or too many models were picked to be compared."""

    code = "compare_choice"


class Wish(NamedTuple):
    """What is to be made on several models, as the form has it."""

    operation: str
    prompt: str = ""
    models: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    aspect: str = ""
    seconds: str = ""
    campaign: str = ""
    """The id of the campaign that all of it is charged to; empty: none."""


@router.get("/compare", response_class=HTMLResponse)
async def show_compare(
    request: Request,
    studio: StudioDep,
    viewer: ViewerDep,
    batch: str | None = None,
    generations: _Names = [],  # noqa: B006 - FastAPI copies it
    asset: Annotated[_Names, Query(alias="assets")] = [],  # noqa: B006 - FastAPI copies it
    source: Annotated[str | None, Query(alias="from", description="An asset to make again on other models.")] = None,
) -> HTMLResponse:
    """Results side by side where some are named, else the form for a prompt on several models."""
    if batch or generations or asset:
        found = await studio.runtime.db.read(
            lambda session: _comparison(session, viewer, batch, _split(generations), _split(asset))
        )
        shell = await studio.runtime.db.read(lambda session: shell_for(request, session, viewer))
        return HTMLResponse(render("compare.html", shell=shell, comparison=found))
    query = request.query_params
    wish = Wish(
        operation=query.get("operation") or "text-to-image",
        prompt=query.get("prompt", ""),
        models=tuple(_split(query.getlist("models"))),
        inputs=tuple(query.getlist("input")),
        aspect=query.get("aspect", ""),
        seconds=query.get("seconds", ""),
        campaign=query.get("campaign", ""),
    )
    if source is not None:
        wish = await studio.runtime.db.read(lambda session: _again(session, viewer, source))
    return HTMLResponse(await _form(request, studio, viewer, wish))


@router.get("/compare/panels", response_class=HTMLResponse)
async def panels(studio: StudioDep, viewer: ViewerDep, generations: _Names = []) -> HTMLResponse:  # noqa: B006 - copied
    """The panels of these generations as they stand now."""
    found = await studio.runtime.db.read(lambda session: _comparison(session, viewer, None, _split(generations), []))
    return HTMLResponse(render("_compare_panels.html", comparison=found))


@router.post("/compare", response_class=HTMLResponse)
async def order(request: Request, studio: StudioDep, viewer: ViewerDep) -> Response:
    """The form without scripts: orders one of each model and shows them side by side."""
    form = await request.form()
    wish = Wish(
        operation=str(form.get("operation", "text-to-image")),
        prompt=str(form.get("prompt", "")),
        models=tuple(str(model) for model in form.getlist("models")),
        inputs=tuple(str(given) for given in form.getlist("inputs")),
        aspect=str(form.get("aspect", "")),
        seconds=str(form.get("duration_seconds", "")),
        campaign=str(form.get("campaign", "")),
    )
    try:
        wanted = await studio.runtime.db.read(lambda session: _batch(session, viewer, wish))
        key = str(form.get("press") or new_idempotency_key())
        taken = await generation.request_batch(studio.runtime, viewer, wanted, idempotency_key=key)
    except PhotoplayError as error:
        why = " ".join([error.message, *error.fields.values()])
        page = await _form(request, studio, viewer, wish, problem=why)
        return HTMLResponse(page, status_code=error.status)
    return RedirectResponse(f"/compare?batch={taken.batch.batch_id}", status_code=303)


def _split(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for some in names for name in some.split(",") if name))


def _comparison(
    session: Session, viewer: Viewer, batch: str | None, generations: Sequence[str], named: Sequence[str]
) -> Comparison:
    owner = viewer.user_id
    made = list(generation.batch_of(session, owner, batch).items) if batch else []
    made += [generation.generation_of(session, owner, one) for one in generations[:MOST]]
    pairs: list[tuple[GenerationView | None, AssetView | None]] = [
        (one, one.assets[0] if one.assets else None) for one in made
    ]
    for asset_id in named[:MOST]:
        asset = assets.asset_of(session, owner, asset_id)
        pairs.append((_maker_of(session, viewer, asset), asset))
    return comparison_of(pairs)


def _maker_of(session: Session, viewer: Viewer, asset: AssetView) -> GenerationView | None:
    if asset.generation_id is None:
        return None
    try:
        return generation.generation_of(session, viewer.user_id, asset.generation_id)
    except GenerationNotFound:
        return None


def _again(session: Session, viewer: Viewer, asset_id: str) -> Wish:
    """The recipe of an asset, with its own model to begin with."""
    recipe = assets.recipe_of(session, viewer.user_id, asset_id)
    length = recipe.params.get("duration_seconds")
    return Wish(
        operation=recipe.operation,
        prompt=recipe.prompt,
        models=(recipe.model,),
        inputs=tuple(f"{entry['role']}:{entry['asset']}" for entry in recipe.inputs),
        aspect=str(recipe.params.get("aspect") or ""),
        seconds=f"{length:g}" if isinstance(length, int | float) else "",
        campaign=campaigns.open_of(session, viewer.user_id, recipe.campaign) or "",
    )


def _batch(session: Session, viewer: Viewer, wish: Wish) -> BatchRequest:
    if not _FEWEST <= len(wish.models) <= MOST:
        raise NoSuchChoice(f"Pick {_FEWEST} to {MOST} models to compare. Nothing was ordered.")
    operation = find_operation(wish.operation)
    slots, _spare = slots_of(operation, given_of(session, viewer, wish.inputs))
    params: dict[str, object] = {"prompt": wish.prompt} if wish.prompt else {}
    params |= {"aspect": wish.aspect} if wish.aspect else {}
    params |= {"duration_seconds": _number(wish.seconds)} if wish.seconds else {}
    item = {"operation": wish.operation, "params": params, "inputs": references_of(slots)}
    items = [BatchItem.model_validate(item | {"model": model}) for model in wish.models]
    return BatchRequest(items=items, campaign_id=wish.campaign or None)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


async def _form(request: Request, studio: Studio, viewer: Viewer, wish: Wish, *, problem: str = "") -> str:
    operation, kind = find_operation(wish.operation), kind_of(wish.operation)
    fields = operation.params.model_fields
    shell, given, models, work = await studio.runtime.db.read(
        lambda session: (
            shell_for(request, session, viewer),
            _given(session, viewer, wish),
            models_for(session, studio, operation.name),
            campaigns.campaigns_of(session, viewer.user_id),
        )
    )
    return render(
        "compare.html",
        shell=shell,
        comparison=None,
        wish=wish,
        kind=kind,
        operation=operation,
        ask=ask_of(kind, operation.name),
        ways=operations_for(given[0].kind) if given else [],
        given=given,
        groups=_offered(grouped(models)),
        picked=_picked(models, wish),
        most=MOST,
        aspects=_ASPECTS if "aspect" in fields else (),
        has_length="duration_seconds" in fields,
        takes_words="prompt" in fields,
        press=new_idempotency_key(),
        problem=problem,
        work=work,
        campaign=wish.campaign,
    )


def _given(session: Session, viewer: Viewer, wish: Wish) -> list[Given]:
    try:
        return given_of(session, viewer, wish.inputs)
    except AssetNotFound:
        return []


def _offered(groups: Sequence[ModelGroup]) -> list[ModelGroup]:
    """Those that can be ordered today; of the others nothing can be compared."""
    return [group for group in groups if not group.is_ended]


def _picked(models: Sequence[ModelView], wish: Wish) -> set[str]:
    """The named ones; without any, the first two that are ready."""
    ready = [view.id for view in models if is_ready(view)]
    named = {model for model in wish.models if model in ready}
    return named or set(ready[:_FEWEST])
