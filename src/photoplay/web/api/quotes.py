"""What a request will cost."""

from fastapi import APIRouter

from photoplay import generation
from photoplay.credits import QuoteView
from photoplay.generation import MediaRequest
from photoplay.web.deps import StudioDep, ViewerDep

router = APIRouter(prefix="/api/v1", tags=["quotes"])


@router.post("/quotes", summary="What it will cost")
async def quote(studio: StudioDep, viewer: ViewerDep, wanted: MediaRequest) -> QuoteView:
    """Prices a request without ordering anything. The token holds the price for 15 minutes."""
    return await generation.quote(studio.runtime, viewer, wanted)
