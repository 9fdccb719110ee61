"""The models on offer."""

from collections.abc import Sequence

from fastapi import APIRouter
from sqlalchemy.orm import Session

from photoplay import catalog
from photoplay.assets import Page
from photoplay.catalog import ModelView, Offer, VendorAccounts
from photoplay.operations import find_operation
from photoplay.web.deps import StudioDep, ViewerDep

router = APIRouter(prefix="/api/v1", tags=["models"])


@router.get("/models", summary="Models on offer")
async def models(studio: StudioDep, viewer: ViewerDep, operation: str | None = None) -> Page[ModelView]:
    """Each with its price, its limits, its end, the form of what may be set, and whether its vendor can be used yet."""
    if operation is not None:
        find_operation(operation)
    offers = studio.runtime.catalog.offers(operation)
    needs = await studio.runtime.db.read(lambda session: _keys_needed(session, studio.runtime.vendors, offers))
    views = [
        catalog.model_view(
            offer, needs_key=needs.get(offer.provider), heir_name=studio.runtime.catalog.heir_name(offer)
        )
        for offer in offers
    ]
    return Page(items=views, next_cursor=None)


def _keys_needed(session: Session, vendors: VendorAccounts, offers: Sequence[Offer]) -> dict[str, str | None]:
    """What to do, by vendor, where it cannot be used yet."""
    names = {offer.provider for offer in offers} & set(vendors.names())
    return {name: vendors.needs_key_for(name) for name in names if not vendors.usable(session, name)}
