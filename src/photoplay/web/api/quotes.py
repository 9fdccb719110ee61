"""What a request, or a batch of them, will cost."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Discriminator, Tag

from photoplay import generation
from photoplay.credits import QuoteView
from photoplay.generation import BatchToPrice, MediaRequest
from photoplay.web.deps import StudioDep, ViewerDep

router = APIRouter(prefix="/api/v1", tags=["quotes"])
_ONE, _BATCH = "a request", "a batch"


def _which(body: object) -> str:
    """A body with items is a batch."""
    return _BATCH if isinstance(body, dict) and "items" in body else _ONE


_Priced = Annotated[Annotated[MediaRequest, Tag(_ONE)] | Annotated[BatchToPrice, Tag(_BATCH)], Discriminator(_which)]


@router.post("/quotes", summary="What it will cost")
async def quote(studio: StudioDep, viewer: ViewerDep, wanted: _Priced) -> QuoteView:
    """Prices a request, or `{items}` as one batch, without ordering anything. The token holds the price for 15 minutes."""
    if isinstance(wanted, BatchToPrice):
        return await generation.quote_batch(studio.runtime, viewer, wanted)
    return await generation.quote(studio.runtime, viewer, wanted)
