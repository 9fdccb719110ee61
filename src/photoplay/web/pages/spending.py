"""Estimates beside bills, and what everybody made, as a page for the owner."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from photoplay import accounts, generation
from photoplay.core import clock
from photoplay.web.deps import OwnerDep, StudioDep
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)


@router.get("/admin/spending", response_class=HTMLResponse)
async def show_spending(
    request: Request, studio: StudioDep, owner: OwnerDep, days: Annotated[int, Query(ge=1, le=3660)] = 30
) -> HTMLResponse:
    """The last days: models with their drift, users with what they made."""
    since = clock.now() - timedelta(days=days)
    drift = await generation.drift_since(studio.runtime, since)
    shell, usage, names = await studio.runtime.db.read(
        lambda session: (
            shell_for(request, session, owner),
            generation.usage_since(session, since),
            {user.id: user.name for user in accounts.all_users(session)},
        )
    )
    known = studio.runtime.catalog
    facts: dict[str, object] = {"drift": drift, "usage": usage, "names": names, "days": days}
    facts |= {"name_of": known.name_of, "vendor_of": known.title_of}
    return HTMLResponse(render("spending.html", shell=shell, percent=_percent, exact=_exact, **facts))


def _percent(value: Decimal | None) -> str:
    if value is None:
        return "-"
    return "none" if value == 0 else f"{value:+.2f} %"


def _exact(amount: Decimal) -> str:
    """Dollars with all their places, at least two: what lies beside each other here may differ by less than a cent."""
    cents = amount.quantize(Decimal("0.01"))
    return f"${cents if cents == amount else amount.normalize():,f}"
