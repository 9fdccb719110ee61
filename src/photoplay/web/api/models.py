"""The models on offer."""

from fastapi import APIRouter

from photoplay import catalog
from photoplay.assets import Page
from photoplay.catalog import ModelView
from photoplay.operations import find_operation
from photoplay.web.deps import StudioDep, ViewerDep

router = APIRouter(prefix="/api/v1", tags=["models"])


@router.get("/models", summary="Models on offer")
async def models(studio: StudioDep, viewer: ViewerDep, operation: str | None = None) -> Page[ModelView]:
    """Each with its price, its limits, and the form of what may be set."""
    if operation is not None:
        find_operation(operation)
    offers = studio.runtime.catalog.offers(operation)
    return Page(items=[catalog.model_view(offer) for offer in offers], next_cursor=None)
