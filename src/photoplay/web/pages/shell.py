"""The frame around every page for the one who looks at it: name, theme, money, what runs."""

from fastapi import Request
from sqlalchemy.orm import Session

from photoplay import credits, generation
from photoplay.accounts import Viewer
from photoplay.web.deps import SESSION_COOKIE, csrf_token
from photoplay.web.pages.way_back import undo_in
from photoplay.web.templating import Shell, theme_of


def shell_for(request: Request, session: Session, viewer: Viewer) -> Shell:
    """What `base.html` shows around a page of this viewer. Reads the account and what runs."""
    account = credits.account_of(session, viewer.user_id)
    running = generation.generations_of(session, viewer.user_id, statuses=["running"], limit=100).items
    return Shell(
        viewer_name=viewer.name,
        csrf_token=csrf_token(request.cookies.get(SESSION_COOKIE, "")),
        theme=theme_of(request.cookies),
        running=len(running),
        metered=account.metered,
        month_usd=account.spent_this_month_usd,
        budget_usd=credits.month_budget_of(session, viewer.user_id),
        held_usd=account.held_usd,
        credits=account.available_credits or 0,
        held_credits=account.held_credits or 0,
        in_sandbox=request.app.state.studio.settings.sandbox is not None,
        undo=undo_in(request.cookies),
        trash_days=request.app.state.studio.settings.trash_days,
    )
