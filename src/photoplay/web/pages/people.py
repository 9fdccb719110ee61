"""Users, for the owner of the studio: invited, put on a plan, given credits; and the requests that wait for a yes."""

from collections.abc import Callable
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from photoplay import accounts, credits, generation
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.core.errors import PhotoplayError
from photoplay.core.ids import new_id
from photoplay.credits import MemberChange
from photoplay.web.api.admin_users import Grant, NewUser, give, invite, link_for, members_in
from photoplay.web.deps import OwnerDep, StudioDep, base_address
from photoplay.web.pages.money_forms import number_in
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
_HERE: Final = "/admin/users"
_Name = Annotated[str, Form(max_length=80)]


@router.get(_HERE, response_class=HTMLResponse)
async def show_users(request: Request, studio: StudioDep, owner: OwnerDep, trouble: str = "") -> HTMLResponse:
    """Everybody, and what waits for an approval."""
    return HTMLResponse(await _page(request, studio, owner, trouble=trouble[:200]))


@router.post(_HERE, response_class=HTMLResponse)
async def add_user(
    request: Request,
    studio: StudioDep,
    owner: OwnerDep,
    name: _Name,
    plan: _Name = "free",
    given: Annotated[int, Form(ge=0, le=1_000_000_000)] = 0,
    pays: Literal["credits", "dollars"] = Form("credits"),
) -> HTMLResponse:
    """A new user; the link that signs them in is on the page that answers."""
    try:
        wanted = NewUser(name=name, plan=plan, credits=given, metered=pays == "credits")
        made = await studio.runtime.db.write(lambda session: invite(session, studio, base_address(request), wanted))
    except (PhotoplayError, ValidationError) as error:
        why = error.message if isinstance(error, PhotoplayError) else "A user needs a name."
        return HTMLResponse(await _page(request, studio, owner, trouble=why), status_code=422)
    return HTMLResponse(await _page(request, studio, owner, link=made.link, name=made.user.name))


@router.post(f"{_HERE}/{{user_id}}/plan")
async def set_plan(studio: StudioDep, owner: OwnerDep, user_id: str, plan: _Name) -> RedirectResponse:
    """Puts a user on another plan."""
    change = MemberChange(plan=plan)
    return await _do(studio, lambda session: credits.change_account(session, user_id, change))


@router.post(f"{_HERE}/{{user_id}}/approval")
async def set_approval(studio: StudioDep, owner: OwnerDep, user_id: str, amount: _Name = "") -> RedirectResponse:
    """From which price this user's requests wait for a yes; nothing is the studio's usual one."""

    def _set(session: Session) -> None:
        unit = "approve_above_credits" if credits.account_of(session, user_id).metered else "approve_above_usd"
        change = MemberChange.model_validate({unit: number_in({unit: amount}, unit)})
        credits.change_account(session, user_id, change)

    try:
        return await _do(studio, _set)
    except ValidationError:
        return _back(f'"{amount}" is no price. Write a number, such as 200, or nothing.')


@router.post(f"{_HERE}/{{user_id}}/door")
async def set_door(
    studio: StudioDep, owner: OwnerDep, user_id: str, shut: Annotated[bool, Form()] = False
) -> RedirectResponse:
    """Shuts a user out at once, or lets them in again. What is theirs stays."""

    def _set(session: Session) -> None:
        (accounts.disable_user if shut else accounts.enable_user)(session, accounts.user_of(session, user_id).name)

    answer = await _do(studio, _set)
    studio.doorkeeper.recheck(user_id)
    return answer


@router.post(f"{_HERE}/{{user_id}}/grant")
async def grant(
    studio: StudioDep,
    owner: OwnerDep,
    user_id: str,
    amount: Annotated[int, Form(ge=-1_000_000_000, le=1_000_000_000)],
    note: Annotated[str, Form(max_length=200)] = "",
    press: _Name = "",
) -> RedirectResponse:
    """Gives a user credits, or takes some; one press counts once."""
    wanted, key = Grant(credits=amount, note=note.strip() or "Given by the studio"), press or new_id("gra")
    return await _do(studio, lambda session: give(session, studio, user_id, wanted, key=key))


@router.post(f"{_HERE}/{{user_id}}/link", response_class=HTMLResponse)
async def make_link(request: Request, studio: StudioDep, owner: OwnerDep, user_id: str) -> HTMLResponse:
    """A new link that signs a user in, on the page that answers."""

    def _make(session: Session) -> tuple[str, str]:
        user = accounts.user_of(session, user_id)
        return user.name, link_for(session, base_address(request), user.id)

    name, link = await studio.runtime.db.write(_make)
    return HTMLResponse(await _page(request, studio, owner, link=link, name=name))


@router.post(f"{_HERE}/approvals/{{generation_id}}")
async def decide(
    studio: StudioDep, owner: OwnerDep, generation_id: str, yes: Annotated[bool, Form()] = False
) -> RedirectResponse:
    """Says yes or no to a request that waits for it."""
    decision = generation.approve if yes else generation.decline
    try:
        await decision(studio.runtime, owner, generation_id)
    except PhotoplayError as error:
        return _back(error.message)
    return _back()


async def _page(request: Request, studio: Studio, owner: Viewer, **more: str) -> str:
    def _facts(session: Session) -> dict[str, object]:
        members = members_in(session)
        return {
            "shell": shell_for(request, session, owner),
            "members": members,
            "plans": credits.plans(session),
            "names": {member.user.id: member.user.name for member in members},
            "approvals": generation.approvals(session),
        }

    facts = await studio.runtime.db.read(_facts)
    shown = {"trouble": "", "link": "", "name": "", **more}
    return render("people.html", press=new_id("gra"), **facts, **shown)


async def _do(studio: Studio, work: Callable[[Session], object]) -> RedirectResponse:
    try:
        await studio.runtime.db.write(work)
    except PhotoplayError as error:
        return _back(error.message)
    return _back()


def _back(trouble: str = "") -> RedirectResponse:
    return RedirectResponse(f"{_HERE}?{urlencode({'trouble': trouble})}" if trouble else _HERE, status_code=303)
