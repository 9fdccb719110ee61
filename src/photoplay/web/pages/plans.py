"""Plans, for the owner of the studio: how much members may make and how fast, and set prices."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import Response

from photoplay import credits
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.core.errors import PhotoplayError
from photoplay.credits import Plan, PlanChange
from photoplay.operations import MediaKind
from photoplay.web.api.admin_plans import Name
from photoplay.web.deps import OwnerDep, StudioDep
from photoplay.web.pages.money_forms import NEW, Wrong, name_from, number_in, typed_in, was_in, wrong_at
from photoplay.web.pages.shell import shell_for
from photoplay.web.pages.way_back import removed, settled
from photoplay.web.templating import Undo, render

router = APIRouter(include_in_schema=False)
_HERE: Final = "/admin/plans"
_KINDS: Final = (
    (MediaKind.IMAGE, "Images", "image"),
    (MediaKind.VIDEO, "Videos", "video"),
    (MediaKind.AUDIO, "Audio", "audio file"),
)
_COUNT: Final = "A whole number up to 1,000,000, or nothing."
_WORDS: Final = {"title": "A name of at most 40 characters.", "": _COUNT}


@router.get(_HERE, response_class=HTMLResponse)
async def show_plans(request: Request, studio: StudioDep, owner: OwnerDep, saved: str = "") -> HTMLResponse:
    """Every plan with who has it, and the form for one more."""
    return HTMLResponse(await _page(request, studio, owner, saved=saved))


@router.post(_HERE, response_class=HTMLResponse)
async def make_plan(request: Request, studio: StudioDep, owner: OwnerDep) -> Response:
    """A new plan, named after its title."""
    typed = typed_in(await request.form())
    known = {plan.name: plan.title for plan in await studio.runtime.db.read(credits.plans)}
    name = name_from(typed.get("title", ""), known, fallback="plan")
    if name in known:
        taken = {"title": f'There is a plan "{known[name]}" already.'}
        return await _refused(request, studio, owner, Wrong(NEW, taken, typed))
    return await _save(request, studio, owner, name=name, typed=typed, at=NEW)


@router.post(f"{_HERE}/{{name}}", response_class=HTMLResponse)
async def change_plan(request: Request, studio: StudioDep, owner: OwnerDep, name: Name) -> Response:
    """What was typed about a plan, for everybody who has it."""
    return await _save(request, studio, owner, name=name, typed=typed_in(await request.form()), at=name)


@router.post(f"{_HERE}/{{name}}/drop", response_class=HTMLResponse)
async def drop_plan(request: Request, studio: StudioDep, owner: OwnerDep, name: Name) -> Response:
    """One of the owner's own goes, a shipped one is as it came; the pages of the settings can undo it."""

    def _drop(session: Session) -> tuple[str, PlanChange]:
        title = {plan.name: plan.title for plan in credits.plans(session)}.get(name, name)
        return title, credits.drop_plan(session, name)

    try:
        title, was = await studio.runtime.db.write(_drop)
    except PhotoplayError as error:
        return await _refused(request, studio, owner, Wrong(name, {}, {}, error.message), status=error.status)
    back = {"was": was.model_dump_json(exclude_unset=True)}
    undo = Undo(f'What you had set of the plan "{title}" is gone.', f"{_HERE}/{name}/back", back)
    return removed(request, _HERE, undo)


@router.post(f"{_HERE}/{{name}}/back")
async def bring_plan_back(request: Request, studio: StudioDep, owner: OwnerDep, name: Name) -> RedirectResponse:
    """Undoes that."""
    was = was_in(await request.form(), PlanChange)
    await studio.runtime.db.write(lambda session: credits.change_plan(session, name, was))
    return settled(_to(name))


async def _save(
    request: Request, studio: Studio, owner: Viewer, *, name: str, typed: Mapping[str, str], at: str
) -> Response:
    try:
        change = PlanChange.model_validate(_told(typed))
    except ValidationError as error:
        return await _refused(request, studio, owner, wrong_at(at, error, _WORDS, typed))
    await studio.runtime.db.write(lambda session: credits.change_plan(session, name, change))
    return _to(name)


def _told(typed: Mapping[str, str]) -> dict[str, Any]:
    """A plan's change from its form, in which an empty field is no limit and no set price."""
    by_kind = {
        group: {kind: told for kind, *_words in _KINDS if (told := number_in(typed, f"{group}.{kind}")) is not None}
        for group in ("per_minute", "flat_credits")
    }
    counts = {name: number_in(typed, name) for name in ("per_day", "per_month")}
    return {"title": typed.get("title", ""), **counts, **by_kind}


async def _refused(request: Request, studio: Studio, owner: Viewer, wrong: Wrong, *, status: int = 422) -> HTMLResponse:
    return HTMLResponse(await _page(request, studio, owner, wrong=wrong), status_code=status)


async def _page(request: Request, studio: Studio, owner: Viewer, **told: Any) -> str:
    """`told`: the plan that was `saved`, or the form that is `wrong`."""
    shell, plans = await studio.runtime.db.read(
        lambda session: (shell_for(request, session, owner), credits.plans_in_use(session))
    )
    shown = {"saved": "", "wrong": None, **told}
    return render("plans.html", shell=shell, plans=plans, kinds=_KINDS, words=_words, **shown)


def _words(plan: Plan) -> str:
    """What a plan allows, in a line: "10 a month. 10 images, 5 films, 10 sounds a minute."."""
    counts = [
        f"{count:,} a {period}"
        for period, count in (("day", plan.per_day), ("month", plan.per_month))
        if count is not None
    ]
    fast = [f"{plan.per_minute[kind]:,} {one}s" for kind, _word, one in _KINDS if kind in plan.per_minute]
    flat = [
        f"{plan.flat_credits[kind]:,} credits each {one}" for kind, _word, one in _KINDS if kind in plan.flat_credits
    ]
    parts = [
        ", ".join(counts) or "No limit",
        *([f"{', '.join(fast)} a minute"] if fast else []),
        *([", ".join(flat)] if flat else []),
    ]
    return ". ".join(parts) + "."


def _to(name: str) -> RedirectResponse:
    return RedirectResponse(f"{_HERE}?saved={name}#plan-{name}", status_code=303)
