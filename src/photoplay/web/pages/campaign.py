"""One campaign, or one client: what was spent and on what, its budgets, its name, and its end."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import Response

from photoplay import campaigns, credits, generation
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.campaigns import CampaignChange, CampaignView, ClientChange, ClientView
from photoplay.core.errors import NotFound, PhotoplayError
from photoplay.credits import BudgetView, NewBudget
from photoplay.generation import SpendView
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.pages.budgets import PERIODS, shown
from photoplay.web.pages.campaigns import HERE, NAME_WORDS
from photoplay.web.pages.library_filters import month_word
from photoplay.web.pages.money_forms import NEW, Wrong, number_in, typed_in, wrong_at
from photoplay.web.pages.shell import shell_for
from photoplay.web.pages.way_back import removed, settled
from photoplay.web.templating import Undo, render

router = APIRouter(include_in_schema=False)
_ONE: Final = f"{HERE}/{{work_id}}"
_DETAILS: Final = "details"
UNDO: Final = "undo"
_KINDS: Final = {"image": "Images", "video": "Videos", "audio": "Audio"}
_NAMED: Final = {"name": NAME_WORDS, "notes": "Notes of at most 4,000 characters.", "": NAME_WORDS}
_AMOUNT: Final = {"period": "One of the times.", "": "A number, such as 50."}


@router.get(_ONE, response_class=HTMLResponse)
async def show_work(
    request: Request, studio: StudioDep, viewer: ViewerDep, work_id: str, month: str = "", saved: str = ""
) -> HTMLResponse:
    """The page, with what was spent ever or in a month (UTC)."""
    return HTMLResponse(await _page(request, studio, viewer, work_id, month=month or None, saved=saved))


@router.post(_ONE, response_class=HTMLResponse)
async def change_work(request: Request, studio: StudioDep, viewer: ViewerDep, work_id: str) -> Response:
    """Its name and notes."""
    typed = typed_in(await request.form())
    told = {"name": typed.get("name", ""), "notes": typed.get("notes", "")}
    try:
        await studio.runtime.db.write(lambda session: _change(session, viewer, work_id, told))
    except ValidationError as error:
        return await _refused(request, studio, viewer, work_id, wrong=wrong_at(_DETAILS, error, _NAMED, typed))
    except NotFound:
        raise
    except PhotoplayError as error:
        return await _refused(request, studio, viewer, work_id, wrong=Wrong(_DETAILS, {"name": error.message}, typed))
    return _to(work_id, saved=_DETAILS)


@router.post(f"{_ONE}/archive")
async def archive_work(request: Request, studio: StudioDep, viewer: ViewerDep, work_id: str) -> RedirectResponse:
    """Archives it, or brings it back."""
    told = {"archived": typed_in(await request.form()).get("archived") == "true"}
    await studio.runtime.db.write(lambda session: _change(session, viewer, work_id, told))
    return _to(work_id)


@router.post(f"{_ONE}/drop")
async def drop_work(studio: StudioDep, viewer: ViewerDep, work_id: str) -> RedirectResponse:
    """Deletes it with its budgets; only what nothing hangs on."""

    def _drop(session: Session) -> None:
        drop = campaigns.drop_client if _is_client(work_id) else campaigns.drop_campaign
        drop(session, viewer.user_id, work_id)
        credits.drop_budgets_on(session, viewer.user_id, work_id)

    await studio.runtime.db.write(_drop)
    return RedirectResponse(HERE, status_code=303)


@router.post(f"{_ONE}/budgets", response_class=HTMLResponse)
async def set_budget(request: Request, studio: StudioDep, viewer: ViewerDep, work_id: str) -> Response:
    """A budget in the place of one for the same time."""
    typed = typed_in(await request.form())
    at = typed.pop("at", NEW)

    def _set(session: Session) -> str:
        terms = credits.terms_of(session, viewer.user_id)
        _work_of(session, viewer, work_id)
        unit = "amount_credits" if terms.metered else "amount_usd"
        told = {unit: number_in(typed, "amount") or "", "period": typed.get("period")}
        scope = "client" if _is_client(work_id) else "campaign"
        wanted = NewBudget.model_validate({"scope": scope, "subject_id": work_id, **told})
        return credits.set_budget(session, terms, wanted).id

    try:
        kept = await studio.runtime.db.write(_set)
    except ValidationError as error:
        wrong = wrong_at(at, error, _AMOUNT, typed)
        return await _refused(
            request, studio, viewer, work_id, wrong=Wrong(at, {"amount": next(iter(wrong.fields.values()))}, typed)
        )
    answer = _to(work_id, saved=kept)
    return settled(answer) if at == UNDO else answer


@router.post(f"{_ONE}/budgets/{{budget_id}}/drop")
async def drop_budget(
    request: Request, studio: StudioDep, viewer: ViewerDep, work_id: str, budget_id: str
) -> RedirectResponse:
    """From now on it limits nothing; these pages can undo it."""

    def _drop(session: Session) -> BudgetView:
        _work_of(session, viewer, work_id)
        return credits.drop_budget(session, viewer.user_id, budget_id)

    gone = await studio.runtime.db.write(_drop)
    fields = {
        "period": gone.period,
        "amount": str(gone.amount_usd if gone.amount_credits is None else gone.amount_credits),
    }
    undo = Undo("The budget is gone. It limits nothing any more.", f"{HERE}/{work_id}/budgets", fields | {"at": UNDO})
    return removed(request, f"{HERE}/{work_id}", undo)


def _is_client(work_id: str) -> bool:
    return work_id.startswith("cli_")


def _work_of(session: Session, viewer: Viewer, work_id: str) -> CampaignView | ClientView:
    find = campaigns.client_of if _is_client(work_id) else campaigns.campaign_of
    return find(session, viewer.user_id, work_id)


def _change(session: Session, viewer: Viewer, work_id: str, told: dict[str, Any]) -> None:
    if _is_client(work_id):
        campaigns.change_client(session, viewer.user_id, work_id, ClientChange.model_validate(told))
    else:
        campaigns.change_campaign(session, viewer.user_id, work_id, CampaignChange.model_validate(told))


async def _refused(request: Request, studio: Studio, viewer: Viewer, work_id: str, *, wrong: Wrong) -> HTMLResponse:
    return HTMLResponse(await _page(request, studio, viewer, work_id, wrong=wrong), status_code=422)


async def _page(
    request: Request,
    studio: Studio,
    viewer: Viewer,
    work_id: str,
    *,
    month: str | None = None,
    saved: str = "",
    wrong: Wrong | None = None,
) -> str:
    def _facts(session: Session) -> dict[str, Any]:
        work = _work_of(session, viewer, work_id)
        spend = _spend(session, viewer, work_id, month)
        own = campaigns.campaigns_of(session, viewer.user_id, client_id=work_id, with_archived=True)
        return {
            "shell": shell_for(request, session, viewer),
            "work": work,
            "is_client": _is_client(work_id),
            "spend": spend,
            "campaigns": own,
            "months": [(one, month_word(one)) for one in credits.months_of(session, viewer.user_id)],
            "budgets": [shown(one, {work.id: work.name}) for one in spend.budgets],
        }

    facts = await studio.runtime.db.read(_facts)
    told = {"month": month, "saved": saved, "wrong": wrong, "periods": PERIODS, "kinds": _KINDS}
    return render("campaign.html", **facts, **told)


def _spend(session: Session, viewer: Viewer, work_id: str, month: str | None) -> SpendView:
    find = generation.client_spend if _is_client(work_id) else generation.campaign_spend
    return find(session, viewer.user_id, work_id, month=month)


def _to(work_id: str, *, saved: str = "") -> RedirectResponse:
    return RedirectResponse(f"{HERE}/{work_id}{f'?saved={saved}#{saved}' if saved else ''}", status_code=303)
