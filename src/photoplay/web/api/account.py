"""Your account: what you have, hold and have spent, line by line."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from photoplay import credits, generation
from photoplay.assets import Page
from photoplay.credits import AccountView, EntryView, ReceiptView
from photoplay.web.cursors import EntryCursor
from photoplay.web.deps import StudioDep, ViewerDep

router = APIRouter(prefix="/api/v1", tags=["account"])


@router.get("/account", summary="What you have and hold")
async def account(studio: StudioDep, viewer: ViewerDep) -> AccountView:
    """Credits for a metered account; an unmetered one counts dollars."""
    return await studio.runtime.db.read(lambda session: credits.account_of(session, viewer.user_id))


@router.get("/ledger", summary="Your ledger")
async def ledger(
    studio: StudioDep,
    viewer: ViewerDep,
    cursor: EntryCursor = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Page[EntryView]:
    """Every hold, release, settlement and grant, the newest first."""
    entries = await studio.runtime.db.read(
        lambda session: credits.entries_of(session, viewer.user_id, before=cursor, limit=limit + 1)
    )
    more = len(entries) > limit
    return Page(items=entries[:limit], next_cursor=entries[limit - 1].id if more else None)


@router.get("/generations/{generation_id}/receipt", summary="What a generation cost")
async def receipt(studio: StudioDep, viewer: ViewerDep, generation_id: str) -> ReceiptView:
    """Held, billed and given back, with the times."""

    def _receipt(session: Session) -> ReceiptView:
        generation.generation_of(session, viewer.user_id, generation_id)
        return credits.receipt_of(session, viewer.user_id, generation_id)

    return await studio.runtime.db.read(_receipt)
