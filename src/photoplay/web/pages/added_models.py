"""Settings, models: those that the operator adds, the form for the next, and what each costs."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import Response

from photoplay.bootstrap import Studio
from photoplay.catalog import AddedModelChange, AddingView, ModelNotAdded, NewAddedModel
from photoplay.core.errors import PhotoplayError
from photoplay.web.deps import OwnerDep, StudioDep
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
PAGE: Final = "/settings/models"
UNITS: Final = (
    ("run", "a run"),
    ("image", "an image"),
    ("second", "a second"),
    ("megapixel", "a megapixel"),
    ("minute", "a minute"),
    ("song", "a song"),
    ("1k-characters", "1,000 characters"),
)
_GIVEN: Final = "given."


@router.get(PAGE, response_class=HTMLResponse)
async def show_models(
    request: Request, studio: StudioDep, owner: OwnerDep, provider: str | None = None, added: str | None = None
) -> HTMLResponse:
    """What was added, and the form for one more of the chosen provider."""
    return HTMLResponse(await _page(request, studio, owner, chosen=provider, new=added))


@router.post(PAGE, response_class=HTMLResponse)
async def add_model(request: Request, studio: StudioDep, owner: OwnerDep) -> Response:
    """Adds one; what its vendor says against it is shown over the form, which keeps what was typed."""
    form = await request.form()
    try:
        view = await studio.added.add(_new_of(form, await _way(studio, form)))
    except PhotoplayError as error:
        page = await _page(
            request, studio, owner, chosen=str(form.get("provider") or ""), typed=_typed(form), problem=error
        )
        return HTMLResponse(page, status_code=error.status)
    return RedirectResponse(f"{PAGE}?provider={view.provider}&added={view.id}#{view.id}", status_code=303)


@router.post(f"{PAGE}/{{added_id}}", response_class=HTMLResponse)
async def change_model(request: Request, studio: StudioDep, owner: OwnerDep, added_id: str) -> Response:
    """Saves its title, its price and what was said of it, asks its vendor anew, or removes it: as the button says."""
    form = await request.form()
    try:
        match form.get("do"):
            case "refresh":
                await studio.added.refresh(added_id)
            case "remove":
                await studio.added.remove(added_id)
                return RedirectResponse(PAGE, status_code=303)
            case _:
                await studio.added.change(added_id, await _change_of(studio, form, added_id))
    except PhotoplayError as error:
        page = await _page(request, studio, owner, at=added_id, typed=_typed(form), problem=error)
        return HTMLResponse(page, status_code=error.status)
    return RedirectResponse(f"{PAGE}?added={added_id}#{added_id}", status_code=303)


async def _page(request: Request, studio: Studio, owner: OwnerDep, **told: Any) -> str:
    """`told`: `chosen` provider, `typed` values, the `problem` and the model `at` which it is, and the `new` one."""
    shell = await studio.runtime.db.read(lambda session: shell_for(request, session, owner))
    ways = await studio.added.ways()
    way = next((one for one in ways if one.provider == told.get("chosen")), ways[0] if ways else None)
    return render(
        "added_models.html",
        shell=shell,
        ways=ways,
        way=way,
        by_name={one.provider: one for one in ways},
        suggestions=await _suggested(studio, way),
        models=await studio.added.views(),
        units=UNITS,
        typed=told.get("typed", {}),
        problem=told.get("problem"),
        at=told.get("at"),
        new=told.get("new"),
    )


async def _suggested(studio: Studio, way: AddingView | None) -> list[str]:
    """What a server lists; one that does not answer lists nothing."""
    if way is None or not way.can_suggest or way.needs_key is not None:
        return []
    try:
        return await studio.added.suggest(way.provider)
    except PhotoplayError:
        return []


async def _way(studio: Studio, form: FormData) -> AddingView | None:
    return next((one for one in await studio.added.ways() if one.provider == form.get("provider")), None)


def _new_of(form: FormData, way: AddingView | None) -> NewAddedModel:
    """What was typed. Raises `ModelNotAdded` with the fields that are wrong."""
    words = {name: str(form.get(name) or "").strip() for name in ("provider", "reference", "title")}
    given = {} if way is None else _given_of(form, way.form)
    try:
        return NewAddedModel.model_validate({**words, "given": given, "prices": _prices_of(form)})
    except ValidationError as error:
        raise _wrong(error) from error


async def _change_of(studio: Studio, form: FormData, added_id: str) -> AddedModelChange:
    view = await studio.added.view(added_id)
    ways = {one.provider: one for one in await studio.added.ways()}
    fields = ways[view.provider].form.get("properties", {})
    given = _given_of(form, ways[view.provider].form)
    before = {name: view.given.get(name, part.get("default", "")) for name, part in fields.items()}
    changes: dict[str, Any] = {"title": str(form.get("title") or "").strip() or view.title}
    if any(str(before[name]).strip() != str(value) for name, value in given.items()):
        changes["given"] = given
    if form.get("price") or view.has_own_prices:
        changes["prices"] = _prices_of(form)
    try:
        return AddedModelChange.model_validate(changes)
    except ValidationError as error:
        raise _wrong(error) from error


def _given_of(form: FormData, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a provider's own form, by their kinds. A field that was left empty has its usual value."""
    found: dict[str, Any] = {}
    for name, part in schema.get("properties", {}).items():
        text = str(form.get(_GIVEN + name) or "").replace("\r\n", "\n").strip()
        if part.get("type") == "boolean":
            found[name] = bool(text)
        elif text:
            found[name] = text
    return found


def _prices_of(form: FormData) -> list[dict[str, str]]:
    cost = str(form.get("price") or "").strip().removeprefix("$")
    return [{"cost_usd": cost, "unit": str(form.get("unit") or "run")}] if cost else []


def _typed(form: FormData) -> dict[str, str]:
    return {name: str(value) for name, value in form.items() if name != "csrf_token"}


def _wrong(error: ValidationError) -> ModelNotAdded:
    fields = {str(one["loc"][0]): one["msg"] for one in error.errors()}
    words = {
        "prices": "The price is a number of dollars, such as 0.04.",
        "reference": "Say what names the model there.",
    }
    return ModelNotAdded(" ".join(words.get(name, f"{name}: {said}.") for name, said in fields.items()), fields=fields)
