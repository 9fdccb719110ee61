"""What the owner sets of models: prices, and where a model stands in its life. Both count before the vendor's."""

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from photoplay import catalog, generation
from photoplay.assets import Page
from photoplay.catalog import NewPrice, NewState, SetPriceView, SetStateView
from photoplay.generation import EndingModel
from photoplay.web.deps import OwnerDep, StudioDep

router = APIRouter(prefix="/api/v1/admin", tags=["prices"])


class Moved(BaseModel):
    """How many presets name another model now."""

    presets: int


@router.get("/prices", summary="Prices that were set here")
async def prices(studio: StudioDep, owner: OwnerDep, model: str | None = None) -> Page[SetPriceView]:
    """For the owner, the newest first: that is the order in which they count, and all of them before list prices."""
    return Page(
        items=await studio.runtime.db.read(lambda session: catalog.prices_set(session, model)), next_cursor=None
    )


@router.post("/prices", status_code=201, summary="Set a price")
async def set_price(studio: StudioDep, owner: OwnerDep, wanted: NewPrice) -> SetPriceView:
    """For a model without a price, which is not ordered before, or in the place of the vendor's list price."""

    def _set(session: Session) -> SetPriceView:
        made = catalog.set_price(session, studio.runtime.catalog, wanted, set_by=owner.name)
        catalog.recall_after_commit(session, studio.runtime.catalog)
        return made

    return await studio.runtime.db.write(_set)


@router.delete("/prices/{price_id}", status_code=204, summary="Take a price back")
async def drop_price(studio: StudioDep, owner: OwnerDep, price_id: str) -> Response:
    """The vendor's list price counts again. What was quoted before keeps its price."""

    def _drop(session: Session) -> None:
        catalog.drop_price(session, price_id)
        catalog.recall_after_commit(session, studio.runtime.catalog)

    await studio.runtime.db.write(_drop)
    return Response(status_code=204)


@router.get("/endings", summary="Models that end, and who uses them")
async def endings(studio: StudioDep, owner: OwnerDep) -> Page[EndingModel]:
    """For the owner: the soonest first, with the presets that name them and who asked for them in the last 30 days."""
    catalog_now = studio.runtime.catalog
    found = await studio.runtime.db.read(lambda session: generation.models_ending(session, catalog_now))
    return Page(items=found, next_cursor=None)


@router.post("/endings/{model:path}/move", summary="Move presets to what takes its place")
async def move_to_heir(studio: StudioDep, owner: OwnerDep, model: str) -> Moved:
    """Everybody's saved presets that name a model that ends name its heir from now on."""
    catalog_now = studio.runtime.catalog
    moved = await studio.runtime.db.write(lambda session: generation.move_to_heir(session, catalog_now, model))
    return Moved(presets=len(moved.presets))


@router.get("/lifecycles", summary="Ends of models that were set here")
async def lifecycles(studio: StudioDep, owner: OwnerDep) -> Page[SetStateView]:
    """For the owner: models that are not offered here, or not for long, whatever their vendors say."""
    return Page(items=await studio.runtime.db.read(catalog.states_set), next_cursor=None)


@router.put("/lifecycles", summary="Say where a model stands")
async def set_lifecycle(studio: StudioDep, owner: OwnerDep, wanted: NewState) -> SetStateView:
    """Take a model off the list with a reason, name its heir, or offer one that its vendor was heard not to list."""

    def _set(session: Session) -> SetStateView:
        made = catalog.set_state(session, studio.runtime.catalog, wanted, set_by=owner.name)
        catalog.recall_after_commit(session, studio.runtime.catalog)
        return made

    return await studio.runtime.db.write(_set)


@router.delete("/lifecycles/{model:path}", status_code=204, summary="Take it back")
async def drop_lifecycle(studio: StudioDep, owner: OwnerDep, model: str) -> Response:
    """What its vendor says of the model counts again."""

    def _drop(session: Session) -> None:
        catalog.drop_state(session, model)
        catalog.recall_after_commit(session, studio.runtime.catalog)

    await studio.runtime.db.write(_drop)
    return Response(status_code=204)
