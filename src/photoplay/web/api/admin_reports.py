"""What was made and what it cost, for the owner of the studio: usage by user and model, and drift."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from photoplay import generation
from photoplay.assets import Page
from photoplay.core import clock
from photoplay.generation import DriftView, UsageView
from photoplay.web.deps import OwnerDep, StudioDep

router = APIRouter(prefix="/api/v1/admin", tags=["admin"])
_Days = Annotated[int, Query(ge=1, le=3660, description="Of so many days until now.")]


@router.get("/usage", summary="What everybody made")
async def usage(studio: StudioDep, owner: OwnerDep, days: _Days = 30) -> Page[UsageView]:
    """By user, model and operation, the dearest first. It stays when media are deleted."""
    since = clock.now() - timedelta(days=days)
    found = await studio.runtime.db.read(lambda session: generation.usage_since(session, since))
    return Page(items=found, next_cursor=None)


@router.get("/drift", summary="Estimates beside bills")
async def drift(studio: StudioDep, owner: OwnerDep, days: _Days = 30) -> Page[DriftView]:
    """By model: estimated, booked, and reported by the vendor where it does. Above 1 % it is a warning."""
    since = clock.now() - timedelta(days=days)
    return Page(items=await generation.drift_since(studio.runtime, since), next_cursor=None)
