"""Your account: what you have, hold, have spent and may spend, line by line."""

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from photoplay import accounts, campaigns, credits, generation
from photoplay.accounts import Viewer
from photoplay.assets import Page
from photoplay.bootstrap import Studio
from photoplay.credits import (
    AccountChange,
    AccountDetails,
    BudgetView,
    EntryView,
    NewBudget,
    Package,
    PurchaseView,
    ReceiptView,
)
from photoplay.web.cursors import EntryCursor
from photoplay.web.deps import StudioDep, UnlimitedDep, ViewerDep, base_address

router = APIRouter(prefix="/api/v1", tags=["account"])
Month = Annotated[str | None, Query(pattern=r"^[0-9]{4}-[0-9]{2}$", description="Of one month (UTC): 2026-11.")]
_COLUMNS: Final = (
    "at", "id", "kind", "note", "generation_id", "order_id", "amount_credits", "amount_usd", "balance_credits", "balance_usd",
    "campaign_id", "client", "campaign",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula when a text begins with it."""


@router.get("/account", summary="What you have, hold and may spend")
async def account(studio: StudioDep, viewer: ViewerDep) -> AccountDetails:
    """Balance, plan, quotas and budgets with what is left of them and when they start anew."""
    return await studio.runtime.db.read(lambda session: credits.account_details_of(session, viewer.user_id))


@router.patch("/account", summary="Set your warning price")
async def change_account(studio: StudioDep, viewer: ViewerDep, change: AccountChange) -> AccountDetails:
    """Above it, Create warns and waits five seconds before an order leaves. Null is the studio's usual one."""

    def _change(session: Session) -> AccountDetails:
        credits.change_account(session, viewer.user_id, change)
        return credits.account_details_of(session, viewer.user_id)

    return await studio.runtime.db.write(_change)


@router.post("/account/budgets", status_code=201, summary="Set a budget")
async def set_budget(studio: StudioDep, viewer: UnlimitedDep, wanted: NewBudget) -> BudgetView:
    """The most that your account, a key, a campaign or a client may spend in a period; in the place of one that is there."""

    def _set(session: Session) -> BudgetView:
        check_subject(session, viewer, wanted)
        return credits.set_budget(session, credits.terms_of(session, viewer.user_id), wanted)

    return await studio.runtime.db.write(_set)


@router.delete("/account/budgets/{budget_id}", status_code=204, summary="Take a budget away")
async def drop_budget(studio: StudioDep, viewer: UnlimitedDep, budget_id: str) -> Response:
    """From now on it limits nothing."""
    await studio.runtime.db.write(lambda session: credits.drop_budget(session, viewer.user_id, budget_id))
    return Response(status_code=204)


def check_subject(session: Session, viewer: Viewer, wanted: NewBudget) -> None:
    """Raises `KeyNotFound`, `CampaignNotFound` or `ClientNotFound` where a budget would be on what the viewer has not."""
    match wanted.scope:
        case "key":
            accounts.key_of(session, viewer.user_id, wanted.subject_id or "")
        case "campaign":
            campaigns.campaign_of(session, viewer.user_id, wanted.subject_id or "")
        case "client":
            campaigns.client_of(session, viewer.user_id, wanted.subject_id or "")
        case "account":
            return


@router.get("/ledger", summary="Your ledger")
async def ledger(
    studio: StudioDep,
    viewer: ViewerDep,
    cursor: EntryCursor = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    month: Month = None,
) -> Page[EntryView]:
    """Every hold, release, settlement and grant with the balance after it, the newest first."""
    entries = await studio.runtime.db.read(
        lambda session: credits.statement_of(session, viewer.user_id, month=month, before=cursor, limit=limit + 1)
    )
    more = len(entries) > limit
    return Page(items=entries[:limit], next_cursor=entries[limit - 1].id if more else None)


@router.get("/ledger.csv", summary="Your ledger as a table", response_class=StreamingResponse)
async def ledger_table(studio: StudioDep, viewer: ViewerDep, month: Month = None) -> StreamingResponse:
    """The same lines as CSV, the oldest first."""
    first = await _entries(studio, viewer.user_id, month, after=None)
    name = f"photoplay-ledger-{month}" if month else "photoplay-ledger"
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(
        _table(studio, viewer.user_id, month, first), media_type="text/csv; charset=utf-8", headers=headers
    )


@router.get("/packages", summary="Credits on sale")
async def list_packages(studio: StudioDep, viewer: ViewerDep) -> Page[Package]:
    """The smallest first."""
    return Page(items=await studio.runtime.db.read(credits.packages), next_cursor=None)


@router.post("/packages/{name}/buy", status_code=201, summary="Buy credits")
async def buy(request: Request, studio: StudioDep, viewer: ViewerDep, name: str) -> PurchaseView:
    """Sets the payment up; pay at its `address`. The credits come when the payment is told, once."""
    return await credits.buy(
        studio.runtime.db,
        studio.runtime.http,
        studio.checkout,
        owner_id=viewer.user_id,
        package=name,
        back_to=f"{base_address(request)}/settings/credits",
    )


@router.get("/purchases/{purchase_id}", summary="One purchase")
async def purchase(studio: StudioDep, viewer: ViewerDep, purchase_id: str) -> PurchaseView:
    """Whether it is paid."""
    return await studio.runtime.db.read(lambda session: credits.purchase_of(session, viewer.user_id, purchase_id))


@router.get("/generations/{generation_id}/receipt", summary="What a generation cost")
async def receipt(studio: StudioDep, viewer: ViewerDep, generation_id: str) -> ReceiptView:
    """Held, billed and given back, with the times."""

    def _receipt(session: Session) -> ReceiptView:
        generation.generation_of(session, viewer.user_id, generation_id)
        return credits.receipt_of(session, viewer.user_id, generation_id)

    return await studio.runtime.db.read(_receipt)


async def _table(
    studio: Studio, owner_id: str, month: str | None, entries: Sequence[EntryView]
) -> AsyncIterator[bytes]:
    """The table, beginning with these entries: the first are read before, for a table that has begun cannot be refused."""
    yield _lines([_COLUMNS])
    known = await studio.runtime.db.read(lambda session: campaigns.campaigns_of(session, owner_id, with_archived=True))
    work = {view.id: (view.client_name, view.name) for view in known}
    while entries:
        yield _lines([[_cell(value) for value in _row(entry, work)] for entry in entries])
        entries = await _entries(studio, owner_id, month, after=entries[-1].id)


async def _entries(studio: Studio, owner_id: str, month: str | None, *, after: str | None) -> list[EntryView]:
    return await studio.runtime.db.read(partial(credits.entries_after, owner_id=owner_id, after=after, month=month))


def _row(entry: EntryView, work: Mapping[str, tuple[str, str]]) -> list[object]:
    """An entry with the names of its client and campaign."""
    names = work.get(entry.campaign_id or "", ("", ""))
    return [*(getattr(entry, name) for name in _COLUMNS[: -len(names)]), *names]


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
