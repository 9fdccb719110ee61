"""Your budgets: the most that your account or one of your keys may spend in a time, what is left, when it starts anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import Response

from photoplay import accounts, campaigns, credits
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.core.errors import PhotoplayError
from photoplay.credits import BudgetView, NewBudget
from photoplay.web.api.account import check_subject
from photoplay.web.deps import StudioDep, UnlimitedDep, ViewerDep
from photoplay.web.pages.money_forms import Wrong, number_in, typed_in, was_in, wrong_at
from photoplay.web.pages.shell import shell_for
from photoplay.web.pages.way_back import removed, settled
from photoplay.web.templating import Undo, render

router = APIRouter(include_in_schema=False)
_HERE: Final = "/settings/budgets"
_NEW: Final = "new"
_ACCOUNT: Final = "account"
PERIODS: Final = {"day": "A day", "month": "A month", "total": "In all"}


@dataclass(frozen=True)
class Shown:
    """A budget as the page shows it. Amounts are in the unit of the account."""

    budget: BudgetView
    about: str
    subject: str
    """What the form sends for the thing it is on: `account`, the id of a key, or `campaign:ID` and `client:ID`."""
    is_gone: bool
    """Whether the key was revoked, so that nothing is spent by it any more."""
    amount: str
    share: float
    """How much of it is spent, 0 to 1."""


@router.get(_HERE, response_class=HTMLResponse)
async def show_budgets(request: Request, studio: StudioDep, viewer: ViewerDep, saved: str = "") -> HTMLResponse:
    """All of them, and the form for one more."""
    return HTMLResponse(await _page(request, studio, viewer, saved=saved))


@router.post(_HERE, response_class=HTMLResponse)
async def set_budget(request: Request, studio: StudioDep, viewer: UnlimitedDep) -> Response:
    """A budget in the place of one on the same thing for the same time."""
    typed = typed_in(await request.form())
    at = typed.pop("at", _NEW)
    try:
        kept = await studio.runtime.db.write(lambda session: _set(session, viewer, typed))
    except ValidationError as error:
        wrong = wrong_at(at, error, {"": "A number, such as 50."}, typed)
        wrong = Wrong(at, {"amount": "A number, such as 50."}, typed) if "period" not in wrong.fields else wrong
        return await _refused(request, studio, viewer, wrong)
    except PhotoplayError as error:
        return await _refused(request, studio, viewer, Wrong(at, {"amount": error.message}, typed))
    return _to(kept.id)


@router.post(f"{_HERE}/back")
async def bring_budget_back(request: Request, studio: StudioDep, viewer: UnlimitedDep) -> RedirectResponse:
    """Undoes a removal."""
    was = was_in(await request.form(), NewBudget)
    kept = await studio.runtime.db.write(lambda session: _keep(session, viewer, was))
    return settled(_to(kept.id))


@router.post(f"{_HERE}/{{budget_id}}/drop")
async def drop_budget(request: Request, studio: StudioDep, viewer: UnlimitedDep, budget_id: str) -> RedirectResponse:
    """From now on it limits nothing; the pages of the settings can undo it."""
    gone = await studio.runtime.db.write(lambda session: credits.drop_budget(session, viewer.user_id, budget_id))
    was = NewBudget(
        scope=gone.scope,
        subject_id=None if gone.scope == "account" else gone.subject_id,
        period=gone.period,
        amount_credits=gone.amount_credits,
        amount_usd=gone.amount_usd,
    )
    undo = Undo("The budget is gone. It limits nothing any more.", f"{_HERE}/back", {"was": was.model_dump_json()})
    return removed(request, _HERE, undo)


def _set(session: Session, viewer: Viewer, typed: dict[str, str]) -> BudgetView:
    about, amount = typed.get("about") or _ACCOUNT, number_in(typed, "amount") or ""
    metered = credits.account_of(session, viewer.user_id).metered
    told: dict[str, Any] = {"amount_credits" if metered else "amount_usd": amount, "period": typed.get("period")}
    if about != _ACCOUNT:
        scope, _colon, subject_id = about.rpartition(":")
        told |= {"scope": scope or "key", "subject_id": subject_id}
    return _keep(session, viewer, NewBudget.model_validate(told))


def _keep(session: Session, viewer: Viewer, wanted: NewBudget) -> BudgetView:
    check_subject(session, viewer, wanted)
    return credits.set_budget(session, credits.terms_of(session, viewer.user_id), wanted)


async def _refused(request: Request, studio: Studio, viewer: Viewer, wrong: Wrong) -> HTMLResponse:
    return HTMLResponse(await _page(request, studio, viewer, wrong=wrong), status_code=422)


async def _page(request: Request, studio: Studio, viewer: Viewer, **told: Any) -> str:
    """`told`: the id of the budget that was `saved`, or the form that is `wrong`."""

    def _facts(session: Session) -> dict[str, object]:
        keys = accounts.keys_of(session, viewer.user_id)
        names = subjects_of(session, viewer)
        found = [shown(budget, names) for budget in credits.budgets_of(session, viewer.user_id)]
        return {"shell": shell_for(request, session, viewer), "keys": keys, "budgets": found}

    facts = await studio.runtime.db.read(_facts)
    state = {"saved": "", "wrong": None, **told}
    return render("budgets.html", periods=PERIODS, **facts, **state)


def subjects_of(session: Session, viewer: Viewer) -> dict[str, str]:
    """What a budget may be on beside the account, in words, by id: keys, clients and campaigns."""
    said = {key.id: f'Key "{key.name}"' for key in accounts.keys_of(session, viewer.user_id)}
    clients = campaigns.clients_of(session, viewer.user_id, with_archived=True)
    work = campaigns.campaigns_of(session, viewer.user_id, with_archived=True)
    said |= {client.id: f'Client "{client.name}"' for client in clients}
    return said | {campaign.id: f'Campaign "{campaign.name}"' for campaign in work}


def shown(budget: BudgetView, names: Mapping[str, str]) -> Shown:
    """A budget with what it is on in words, by the names of the things that there are."""
    amount = budget.amount_usd if budget.amount_credits is None else budget.amount_credits
    spent = budget.spent_usd if budget.spent_credits is None else budget.spent_credits
    whole, used = float(amount or 0), float(spent or 0)
    typed = f"{budget.amount_usd.normalize():f}" if budget.amount_usd is not None else str(budget.amount_credits)
    return Shown(
        budget,
        about="Your whole account"
        if budget.scope == _ACCOUNT
        else names.get(budget.subject_id, "A key that was revoked"),
        subject=_subject(budget),
        is_gone=budget.scope == "key" and budget.subject_id not in names,
        amount=typed,
        share=min(1.0, used / whole) if whole else 1.0,
    )


def _subject(budget: BudgetView) -> str:
    match budget.scope:
        case "account":
            return _ACCOUNT
        case "key":
            return budget.subject_id
        case "campaign" | "client":
            return f"{budget.scope}:{budget.subject_id}"


def _to(budget_id: str) -> RedirectResponse:
    return RedirectResponse(f"{_HERE}?saved={budget_id}#{budget_id}", status_code=303)
