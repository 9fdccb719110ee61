"""Your money: balance and limits, the statement line by line, credits on sale, and the price from which to be warned."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from photoplay import credits, generation
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.core import clock
from photoplay.core.errors import PhotoplayError
from photoplay.credits import AccountChange, EntryView, NoCheckout, Paid, PurchaseView
from photoplay.generation import GenerationView
from photoplay.web.cursors import EntryCursor
from photoplay.web.deps import StudioDep, ViewerDep, base_address
from photoplay.web.pages.budgets import subjects_of
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
_HERE: Final = "/settings/credits"
_LINES: Final = 50
_WORDS: Final = {"hold": "Held", "release": "Given back", "settle": "Charged", "grant": "Given", "adjust": "Corrected"}
_Month = Annotated[str | None, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


@dataclass(frozen=True)
class Line:
    """One line of the statement: the entry, what it was for, and where to look at that."""

    entry: EntryView
    word: str
    about: str
    href: str | None


@router.get(_HERE, response_class=HTMLResponse)
async def show_credits(
    request: Request,
    studio: StudioDep,
    viewer: ViewerDep,
    month: _Month = None,
    cursor: EntryCursor = None,
    trouble: str = "",
) -> HTMLResponse:
    """The page. Its statement is of one month, or of all; entries that moved nothing are left out."""
    facts = await studio.runtime.db.read(
        lambda session: _facts(session, request, studio, viewer, month=month, cursor=cursor)
    )
    return HTMLResponse(render("credits.html", trouble=trouble[:200], **facts))


@router.post(f"{_HERE}/warning")
async def set_warning(
    studio: StudioDep, viewer: ViewerDep, amount: Annotated[str, Form(max_length=20)] = ""
) -> RedirectResponse:
    """From which price Create warns; nothing is the studio's usual one."""

    def _set(session: Session) -> None:
        unit = "warn_above_credits" if credits.account_of(session, viewer.user_id).metered else "warn_above_usd"
        change = AccountChange.model_validate({unit: amount.strip().removeprefix("$") or None})
        credits.change_account(session, viewer.user_id, change)

    try:
        await studio.runtime.db.write(_set)
    except ValueError:
        return _back(f'"{amount}" is no price. Write a number, such as 2.')
    return _back()


@router.post(f"{_HERE}/buy")
async def buy(
    request: Request, studio: StudioDep, viewer: ViewerDep, package: Annotated[str, Form(max_length=40)]
) -> RedirectResponse:
    """To the page where the package is paid."""
    try:
        bought = await credits.buy(
            studio.runtime.db,
            studio.runtime.http,
            studio.checkout,
            owner_id=viewer.user_id,
            package=package,
            back_to=f"{base_address(request)}{_HERE}",
        )
    except PhotoplayError as error:
        return _back(error.message)
    return RedirectResponse(bought.address or _HERE, status_code=303)


@router.get(f"{_HERE}/pay/{{purchase_id}}", response_class=HTMLResponse)
async def show_payment(request: Request, studio: StudioDep, viewer: ViewerDep, purchase_id: str) -> HTMLResponse:
    """Where made-up money is paid."""
    _check_made_up(studio)
    shell, purchase = await studio.runtime.db.read(
        lambda session: (
            shell_for(request, session, viewer),
            credits.purchase_of(session, viewer.user_id, purchase_id),
        )
    )
    return HTMLResponse(render("pay.html", shell=shell, purchase=purchase))


@router.post(f"{_HERE}/pay/{{purchase_id}}")
async def pay(studio: StudioDep, viewer: ViewerDep, purchase_id: str) -> RedirectResponse:
    """Pays with made-up money; twice is once."""
    _check_made_up(studio)

    def _pay(session: Session) -> PurchaseView:
        purchase = credits.purchase_of(session, viewer.user_id, purchase_id)
        paid = Paid(purchase.id, credits.reference_of(purchase.id), purchase.price_usd)
        credits.complete(session, studio.runtime.hub, paid)
        return purchase

    await studio.runtime.db.write(_pay)
    return _back()


def _check_made_up(studio: Studio) -> None:
    if studio.checkout is None or not studio.checkout.is_made_up:
        raise NoCheckout("Made-up money is taken in the sandbox alone.")


def _back(trouble: str = "") -> RedirectResponse:
    return RedirectResponse(f"{_HERE}?{urlencode({'trouble': trouble})}" if trouble else _HERE, status_code=303)


def _facts(
    session: Session, request: Request, studio: Studio, viewer: Viewer, *, month: str | None, cursor: str | None
) -> dict[str, object]:
    account = credits.account_details_of(session, viewer.user_id)
    entries = credits.statement_of(
        session, viewer.user_id, month=month, before=cursor, limit=_LINES + 1, moved_only=True
    )
    ids = sorted({entry.generation_id for entry in entries if entry.generation_id})
    made = {view.id: view for view in generation.generations_by_id(session, viewer.user_id, ids)}
    is_sold = account.metered and studio.checkout is not None
    return {
        "shell": shell_for(request, session, viewer),
        "account": account,
        "subjects": subjects_of(session, viewer) if account.budgets else {},
        "lines": [_line(entry, made.get(entry.generation_id or "")) for entry in entries[:_LINES]],
        "next_cursor": entries[_LINES - 1].id if len(entries) > _LINES else None,
        "month": month,
        "months": credits.months_of(session, viewer.user_id)[:12],
        "packages": credits.packages(session) if is_sold else [],
        "spared": generation.spared_since(session, viewer.user_id, _month_began()),
        "made_up": bool(studio.checkout and studio.checkout.is_made_up),
        "warning": _warning(account.warn_above_credits, account.warn_above_usd),
    }


def _month_began() -> datetime:
    return clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _warning(in_credits: int | None, in_dollars: Decimal | None) -> str:
    return str(in_credits) if in_credits is not None else f"{(in_dollars or Decimal(0)).normalize():f}"


def _line(entry: EntryView, view: GenerationView | None) -> Line:
    if view is None:
        return Line(entry, _WORDS[entry.kind], entry.note, None)
    href = f"/receipts/{view.id}"
    about = f"{view.model_name}: {view.prompt}" if view.prompt else view.model_name
    return Line(entry, _WORDS[entry.kind], about, href)
