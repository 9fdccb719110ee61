"""Whether the process lives and whether it can work."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from photoplay.core.errors import Unavailable
from photoplay.web.deps import StudioDep

router = APIRouter(tags=["health"])


@router.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """The process answers."""
    return "ok\n"


@router.get("/readyz", response_class=PlainTextResponse)
async def readyz(studio: StudioDep) -> str:
    """The database answers and work is taken; 503 while starting or stopping."""
    if not studio.is_ready or studio.runtime.is_stopping:
        raise Unavailable("Starting or stopping. Try again in a moment.")
    await studio.runtime.db.read(lambda session: session.connection())
    return "ready\n"
