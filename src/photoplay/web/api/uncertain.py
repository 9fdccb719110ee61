"""Orders of unknown outcome, for the owner: what was sent when, what the vendor lists, and how they are resolved."""

from typing import Annotated

from fastapi import APIRouter, Query

from photoplay import generation
from photoplay.assets import Page
from photoplay.generation import ListedView, Resolution, ResolutionView, UncertainView
from photoplay.web.deps import OwnerDep, StudioDep

router = APIRouter(prefix="/api/v1", tags=["uncertain"])


@router.get("/admin/uncertain", summary="Orders of unknown outcome")
async def list_uncertain(studio: StudioDep, owner: OwnerDep) -> Page[UncertainView]:
    """Everybody's: those that are open first, then those given up in the last 30 days, which can still be attached."""
    runtime = studio.runtime
    views = await runtime.db.read(lambda session: generation.uncertain_orders(session, runtime))
    return Page(items=views, next_cursor=None)


@router.get("/admin/uncertain/{order_id}/listed", summary="What the vendor lists of that time")
async def listed(studio: StudioDep, owner: OwnerDep, order_id: str) -> Page[ListedView]:
    """Asks the vendor; empty where it keeps no list."""
    return Page(items=await generation.listed_at_vendor(studio.runtime, order_id), next_cursor=None)


@router.post("/generations/{generation_id}/resolve", summary="Say what became of an uncertain order")
async def resolve(
    studio: StudioDep,
    owner: OwnerDep,
    generation_id: str,
    wanted: Resolution,
    preview: Annotated[bool, Query(description="Only tell what it would do to money.")] = False,
) -> ResolutionView:
    """For the owner, whosever it is. `made` asks the vendor for the number first, then fetches its result."""
    return await generation.resolve(studio.runtime, generation_id, wanted, is_preview=preview)
