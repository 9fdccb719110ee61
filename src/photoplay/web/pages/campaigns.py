"""Campaigns: all clients with their campaigns, what was spent on each beside its budget, and the form for one more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import Response

from photoplay import campaigns, credits
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.campaigns import CampaignView, ClientArchived, ClientView, NewCampaign, NewClient
from photoplay.core.errors import PhotoplayError
from photoplay.credits import BudgetView, CampaignSpent
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.pages.money_forms import NEW, Wrong, typed_in
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
HERE: Final = "/campaigns"
NAME_WORDS: Final = "A name of at most 120 characters, on one line."


@dataclass(frozen=True)
class WorkLine:
    """A campaign or a client with what was spent, and its budget that is the nearest to its end."""

    work: CampaignView | ClientView
    usd: Decimal
    credits: int
    budget: BudgetView | None
    share: float
    """How much of that budget is spent, 0 to 1."""


@dataclass(frozen=True)
class ClientLines:
    """A client and its campaigns."""

    client: WorkLine
    campaigns: Sequence[WorkLine]


@router.get(HERE, response_class=HTMLResponse)
async def show_campaigns(request: Request, studio: StudioDep, viewer: ViewerDep) -> HTMLResponse:
    """Those that are open; the archived ones behind a line."""
    return HTMLResponse(await _page(request, studio, viewer))


@router.post(HERE, response_class=HTMLResponse)
async def add_campaign(request: Request, studio: StudioDep, viewer: ViewerDep) -> Response:
    """A new campaign; its client is made with it where there is none of that name."""
    typed = typed_in(await request.form())
    try:
        made = await studio.runtime.db.write(lambda session: add_named(session, viewer, typed))
    except ValidationError as error:
        field = "client" if error.title == NewClient.__name__ else "name"
        return await _refused(request, studio, viewer, Wrong(NEW, {field: NAME_WORDS}, typed))
    except PhotoplayError as error:
        field = "client" if isinstance(error, ClientArchived) else "name"
        return await _refused(request, studio, viewer, Wrong(NEW, {field: error.message}, typed))
    return RedirectResponse(f"{HERE}/{made.id}", status_code=303)


def add_named(session: Session, viewer: Viewer, typed: Mapping[str, str]) -> CampaignView:
    """A campaign of the typed `name` for the `client` of that name, who is made where there is none."""
    wanted = typed.get("client", "").strip()
    known = {one.name: one.id for one in campaigns.clients_of(session, viewer.user_id, with_archived=True)}
    client_id = known.get(wanted)
    if client_id is None:
        client_id = campaigns.add_client(session, viewer.user_id, NewClient(name=wanted)).id
    return campaigns.add_campaign(session, viewer.user_id, NewCampaign(name=typed.get("name", ""), client_id=client_id))


async def _refused(request: Request, studio: Studio, viewer: Viewer, wrong: Wrong) -> HTMLResponse:
    return HTMLResponse(await _page(request, studio, viewer, wrong=wrong), status_code=422)


async def _page(request: Request, studio: Studio, viewer: Viewer, *, wrong: Wrong | None = None) -> str:
    def _facts(session: Session) -> dict[str, Any]:
        lines = _lines(session, viewer)
        return {
            "shell": shell_for(request, session, viewer),
            "clients": [one for one in lines if not _is_archived(one.client)],
            "archived": [one for one in lines if _is_archived(one.client)],
        }

    return render("campaigns.html", wrong=wrong, **await studio.runtime.db.read(_facts))


def _lines(session: Session, viewer: Viewer) -> list[ClientLines]:
    spent = credits.spent_by_campaign(session, viewer.user_id)
    budgets: dict[str, list[BudgetView]] = {}
    for budget in credits.budgets_of(session, viewer.user_id):
        budgets.setdefault(budget.subject_id, []).append(budget)
    work: dict[str, list[CampaignView]] = {}
    for campaign in campaigns.campaigns_of(session, viewer.user_id, with_archived=True):
        work.setdefault(campaign.client_id, []).append(campaign)
    found = []
    for client in campaigns.clients_of(session, viewer.user_id, with_archived=True):
        own = work.get(client.id, [])
        sums = [spent[one.id] for one in own if one.id in spent]
        lines = [_line(one, [spent[one.id]] if one.id in spent else [], budgets) for one in own]
        found.append(ClientLines(_line(client, sums, budgets), lines))
    return found


def _line(
    work: CampaignView | ClientView, sums: Sequence[CampaignSpent], budgets: Mapping[str, Sequence[BudgetView]]
) -> WorkLine:
    nearest = max(budgets.get(work.id, ()), key=share_of, default=None)
    return WorkLine(
        work,
        usd=sum((one.settled_usd for one in sums), Decimal(0)),
        credits=sum(one.settled_credits for one in sums),
        budget=nearest,
        share=share_of(nearest) if nearest is not None else 0.0,
    )


def share_of(budget: BudgetView) -> float:
    """How much of a budget is spent, 0 to 1; one of nothing is spent."""
    whole = float(budget.amount_usd or 0) if budget.amount_credits is None else float(budget.amount_credits)
    used = float(budget.spent_usd or 0) if budget.spent_credits is None else float(budget.spent_credits)
    return min(1.0, used / whole) if whole else 1.0


def _is_archived(line: WorkLine) -> bool:
    return line.work.archived
