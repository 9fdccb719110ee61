"""Try it on: an asset made again by other models, with the difference, and what can be made of it, each with its price."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from photoplay import assets, campaigns, credits, generation
from photoplay.accounts import Viewer
from photoplay.assets import AssetView
from photoplay.bootstrap import Studio
from photoplay.catalog import AUTO, ModelView
from photoplay.core.errors import PhotoplayError
from photoplay.credits import Terms
from photoplay.generation import GenerationNotFound, InputRef, MediaRequest
from photoplay.operations import MediaKind, Operation, all_operations
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.pages.compare_panels import MOST
from photoplay.web.pages.model_groups import is_ready, models_for
from photoplay.web.pages.try_words import Spent, Trial, in_words, spent_on, trials_of
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
_MOST_MODELS: Final = 40
_OF_THE_MODEL: Final = ("size", "seed")
"""Settings that mean something else on another model."""


class Way(NamedTuple):
    """One operation that begins with such a file, and the models that are ready for it."""

    operation: Operation
    models: tuple[ModelView, ...]
    trials: Mapping[str, Trial] = {}


class Again(NamedTuple):
    """The same once more: what is asked of every model, who can do it, and what this one took."""

    asked: Mapping[str, Any]
    trials: tuple[Trial, ...]
    spent: str
    most: int


class _Known(NamedTuple):
    """What is read of an asset before prices are asked for."""

    asset: AssetView
    ways: list[Way]
    terms: Terms
    spent: Spent
    again: MediaRequest | None
    campaign: str | None
    """The campaign that it is filed under, where that is open: what is made of it is charged there too."""


@router.get("/library/{asset_id}/try", response_class=HTMLResponse)
async def show_ways(studio: StudioDep, viewer: ViewerDep, asset_id: str) -> HTMLResponse:
    """What other models and operations can make of an asset."""
    known = await studio.runtime.db.read(lambda session: _known(session, studio, viewer, asset_id))
    again = await _again(studio, viewer, known)
    ways = [await _priced(studio, viewer, known, way) for way in known.ways]
    can_compare = bool(known.asset.prompt) and known.again is not None
    facts = {"asset": known.asset, "ways": ways, "again": again, "can_compare": can_compare}
    return HTMLResponse(render("_try_on.html", **facts, campaign=known.campaign))


def operations_for(media: str) -> list[Operation]:
    """The operations that begin with a file of this kind."""
    return [operation for operation in all_operations() if _begins_with(operation) == media]


def _begins_with(operation: Operation) -> MediaKind | None:
    return next((role.kind for role in operation.roles if role.required), None)


def _known(session: Session, studio: Studio, viewer: Viewer, asset_id: str) -> _Known:
    asset = assets.asset_of(session, viewer.user_id, asset_id)
    ways = [
        Way(operation, tuple(view for view in models_for(session, studio, operation.name) if is_ready(view)))
        for operation in operations_for(asset.kind)
    ]
    terms = credits.terms_of(session, viewer.user_id)
    made = None
    if asset.generation_id is not None:
        try:
            made = generation.generation_of(session, viewer.user_id, asset.generation_id)
        except GenerationNotFound:
            made = None
    spent = spent_on(asset, made, metered=terms.metered)
    shown = [way._replace(models=way.models[:_MOST_MODELS]) for way in ways if way.models]
    filed = campaigns.open_of(session, viewer.user_id, asset.campaign)
    return _Known(asset, shown, terms, spent, _same(session, viewer, asset, filed), filed)


def _same(session: Session, viewer: Viewer, asset: AssetView, campaign: str | None) -> MediaRequest | None:
    """The request that asks any model for the same; None for what no operation made."""
    operation = next((one for one in all_operations() if one.name == asset.operation), None)
    if operation is None:
        return None
    recipe = assets.recipe_of(session, viewer.user_id, asset.id)
    fields = [name for name in operation.params.model_fields if name not in _OF_THE_MODEL]
    params = {name: recipe.params[name] for name in fields if recipe.params.get(name) is not None}
    inputs: dict[str, list[InputRef]] = {}
    for entry in recipe.inputs:
        inputs.setdefault(entry["role"], []).append(InputRef(asset=entry["asset"]))
    return MediaRequest(operation=operation.name, model=AUTO, params=params, inputs=dict(inputs), campaign_id=campaign)


async def _again(studio: Studio, viewer: Viewer, known: _Known) -> Again | None:
    if known.again is None:
        return None
    trials = await _trials(studio, viewer, known, known.again, spent=known.spent)
    others = tuple(one for one in trials.values() if one.model != known.asset.model)[:_MOST_MODELS]
    asked = known.again.model_dump(
        mode="json", include={"operation", "params", "inputs", "campaign_id"}, exclude_none=True
    )
    return Again(asked, others, in_words(known.spent, metered=known.terms.metered), MOST - 1) if others else None


async def _priced(studio: Studio, viewer: Viewer, known: _Known, way: Way) -> Way:
    """A way with what each model costs for this very file, where that can be told before more is said."""
    fields = way.operation.params.model_fields
    params = {"prompt": known.asset.prompt} if "prompt" in fields and known.asset.prompt else {}
    role = next(role.name for role in way.operation.roles if role.required)
    wanted = MediaRequest(
        operation=way.operation.name, model=AUTO, params=params, inputs={role: InputRef(asset=known.asset.id)}
    )
    return way._replace(trials=await _trials(studio, viewer, known, wanted))


async def _trials(
    studio: Studio, viewer: Viewer, known: _Known, wanted: MediaRequest, *, spent: Spent | None = None
) -> dict[str, Trial]:
    try:
        quoted = await generation.quote(studio.runtime, viewer, wanted)
    except PhotoplayError:
        return {}
    operation = next(one for one in all_operations() if one.name == wanted.operation)
    return {trial.model: trial for trial in trials_of(quoted.candidates, operation, known.terms, spent)}
