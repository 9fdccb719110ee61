"""The receipt of one generation: what was quoted, held, billed and saved, line by line, on one page that prints."""

from datetime import datetime
from decimal import Decimal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from photoplay import campaigns, credits, generation
from photoplay.accounts import Viewer
from photoplay.core.money import in_words
from photoplay.credits import ReceiptView
from photoplay.generation import SparedView
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.pages.asset_words import Line, in_parts_of_a_cent, receipt_lines
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import money, render

router = APIRouter(include_in_schema=False)
_ENTRIES = {"hold": "Held", "release": "Given back", "settle": "Charged", "grant": "Given", "adjust": "Corrected"}


@router.get("/receipts/{generation_id}", response_class=HTMLResponse)
async def show_receipt(request: Request, studio: StudioDep, viewer: ViewerDep, generation_id: str) -> HTMLResponse:
    """The page. For whoever asked for the generation, however it ended."""
    facts = await studio.runtime.db.read(lambda session: _facts(session, viewer, generation_id))
    shell = await studio.runtime.db.read(lambda session: shell_for(request, session, viewer))
    return HTMLResponse(
        render(
            "receipt.html", shell=shell, words=_ENTRIES, exact=in_words, name_of=studio.runtime.catalog.name_of, **facts
        )
    )


def _facts(session: Session, viewer: Viewer, generation_id: str) -> dict[str, object]:
    view = generation.generation_of(session, viewer.user_id, generation_id, with_orders=True)
    receipt = credits.receipt_of(session, viewer.user_id, view.id)
    return {
        "generation": view,
        "campaign": campaigns.campaign_of(session, viewer.user_id, view.campaign_id) if view.campaign_id else None,
        "receipt": receipt,
        "lines": [*receipt_lines(view, receipt), *_saved_lines(receipt, generation.spared_by(session, view.id))],
        "orders": [order for order in view.orders if order.status != "refused" or order.billed_usd],
        "is_open": view.finished_at is None,
    }


def _saved_lines(receipt: ReceiptView, spared: SparedView) -> list[Line]:
    """What was held and not needed, and what was not paid twice."""
    back, at = _given_back(receipt)
    lines = [Line("Given back", in_parts_of_a_cent(back), at)] if back else []
    if spared.times:
        times = "once" if spared.times == 1 else f"{spared.times} times"
        lines.append(Line("Saved", f"{money(spared.cost_usd)}, refused to pay twice {times}"))
    return lines


def _given_back(receipt: ReceiptView) -> tuple[Decimal, datetime | None]:
    held = -sum((entry.amount_usd for entry in receipt.entries if entry.kind == "hold"), Decimal(0))
    released = next((entry for entry in receipt.entries if entry.kind == "release"), None)
    if released is None:
        return Decimal(0), None
    return max(Decimal(0), held - (receipt.billed_usd or Decimal(0))), released.at
