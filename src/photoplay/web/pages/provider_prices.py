"""The forms on a vendor's page that set prices of its models, and where they stand in their life."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from photoplay import catalog
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.catalog import NewPrice, NewState
from photoplay.core.errors import PhotoplayError
from photoplay.web.deps import PageOwnerDep, StudioDep
from photoplay.web.pages.provider_forms import filled_in, read_as, scalar_of
from photoplay.web.pages.providers import PATH, back_to, with_trouble

router = APIRouter(include_in_schema=False)


@router.post(PATH + "/{name}/prices")
async def set_price(request: Request, studio: StudioDep, owner: PageOwnerDep, name: str) -> Response:
    """Sets a price of a model."""
    typed = await filled_in(request)
    model = typed.get("model", "")

    def _set(session: Session) -> None:
        catalog.set_price(session, studio.runtime.catalog, read_as(NewPrice, _price(typed)), set_by=owner.name)

    return await _kept(request, studio, owner, name, model=model, place=f"price:{model}", run=_set)


@router.post(PATH + "/{name}/prices/{price_id}/drop")
async def drop_price(request: Request, studio: StudioDep, owner: PageOwnerDep, name: str, price_id: str) -> Response:
    """Takes a price back."""
    model = (await filled_in(request)).get("model", "")
    return await _kept(
        request, studio, owner, name, model=model, run=lambda session: catalog.drop_price(session, price_id)
    )


@router.post(PATH + "/{name}/lifecycles")
async def set_state(request: Request, studio: StudioDep, owner: PageOwnerDep, name: str) -> Response:
    """Says where a model stands here."""
    typed = {key: value for key, value in (await filled_in(request)).items() if value.strip()}
    model = typed.get("model", "")

    def _set(session: Session) -> None:
        catalog.set_state(session, studio.runtime.catalog, read_as(NewState, typed), set_by=owner.name)

    return await _kept(request, studio, owner, name, model=model, place=f"state:{model}", run=_set)


@router.post(PATH + "/{name}/lifecycles/drop")
async def drop_state(request: Request, studio: StudioDep, owner: PageOwnerDep, name: str) -> Response:
    """What the vendor says counts again."""
    model = (await filled_in(request)).get("model", "")
    return await _kept(
        request, studio, owner, name, model=model, run=lambda session: catalog.drop_state(session, model)
    )


async def _kept(
    request: Request,
    studio: Studio,
    owner: Viewer,
    name: str,
    *,
    model: str,
    run: Callable[[Session], None],
    place: str = "models",
) -> Response:
    """Back to the model once it is done and in force; the page with what was wrong where it was not."""

    def _run(session: Session) -> None:
        run(session)
        catalog.recall_after_commit(session, studio.runtime.catalog)

    try:
        await studio.runtime.db.write(_run)
    except PhotoplayError as error:
        return await with_trouble(
            request, studio, owner, name, error=error, place=place, typed=await filled_in(request)
        )
    return back_to(name, f"model-{model}")


def _price(typed: dict[str, str]) -> dict[str, Any]:
    """A price as it was filled in: "size=2048, quality=high" says for which settings."""
    filled = {key: value.strip() for key, value in typed.items() if value.strip()}
    when = filled.pop("when", "")
    pairs = [part.partition("=") for part in when.split(",") if part.strip()]
    return {**filled, "when": {key.strip(): scalar_of(value.strip()) for key, _equals, value in pairs}}
