"""Users, for the owner of the studio: invited, put on a plan, given credits; and the requests that wait for a yes."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import Response

from photoplay import accounts, credits, generation
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.core.errors import PhotoplayError
from photoplay.core.ids import new_id
from photoplay.credits import MemberChange
from photoplay.web.api.admin_users import Grant, NewUser, give, invite, link_for, members_in
from photoplay.web.deps import OwnerDep, StudioDep, UnlimitedOwnerDep, base_address
from photoplay.web.pages.money_forms import NEW, Wrong, number_in, typed_in, wrong_at
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
_HERE: Final = "/admin/users"
_WORDS: Final = {
    "name": "A name of at most 80 characters.",
    "credits": "A whole number, such as 100, or nothing.",
    "": "Choose one of the list.",
}
_ABOUT: Final = {
    "above": "Write one such as 200, or nothing to ask never.",
    "amount": "Write a whole one such as 100; one with a minus takes credits back.",
    "plan": "Choose one of the list.",
    "shut": "",
}


class Deed(NamedTuple):
    """What a form does to a user, and the field that is spoken of when it cannot be done."""

    user_id: str
    field: str
    work: Callable[[Session, Mapping[str, str]], None]


@router.get(_HERE, response_class=HTMLResponse)
async def show_users(request: Request, studio: StudioDep, owner: OwnerDep, saved: str = "") -> HTMLResponse:
    """Everybody, and what waits for an approval. `saved`: what was just done to whom."""
    return HTMLResponse(await _page(request, studio, owner, saved=saved[:80]))


@router.post(_HERE, response_class=HTMLResponse)
async def add_user(request: Request, studio: StudioDep, owner: UnlimitedOwnerDep) -> HTMLResponse:
    """A new user; the link that signs them in is on the page that answers."""
    typed = typed_in(await request.form())
    try:
        wanted = _newcomer(typed)
        made = await studio.runtime.db.write(lambda session: invite(session, studio, base_address(request), wanted))
    except ValidationError as error:
        return await _refused(request, studio, owner, wrong_at(NEW, error, _WORDS, typed))
    except PhotoplayError as error:
        return await _refused(request, studio, owner, Wrong(NEW, {"name": error.message}, typed))
    return HTMLResponse(await _page(request, studio, owner, link=made.link, name=made.user.name))


@router.post(f"{_HERE}/{{user_id}}/plan")
async def set_plan(request: Request, studio: StudioDep, owner: OwnerDep, user_id: str) -> Response:
    """Puts a user on another plan."""

    def _set(session: Session, typed: Mapping[str, str]) -> None:
        credits.change_account(session, user_id, MemberChange(plan=typed.get("plan", "")))

    return await _do(request, studio, owner, Deed(user_id, "plan", _set))


@router.post(f"{_HERE}/{{user_id}}/approval")
async def set_approval(request: Request, studio: StudioDep, owner: OwnerDep, user_id: str) -> Response:
    """From which price this user's requests wait for a yes; nothing is the studio's usual one."""

    def _set(session: Session, typed: Mapping[str, str]) -> None:
        unit = "approve_above_credits" if credits.account_of(session, user_id).metered else "approve_above_usd"
        change = MemberChange.model_validate({unit: number_in(typed, "above")})
        credits.change_account(session, user_id, change)

    return await _do(request, studio, owner, Deed(user_id, "above", _set))


@router.post(f"{_HERE}/{{user_id}}/door")
async def set_door(request: Request, studio: StudioDep, owner: OwnerDep, user_id: str) -> Response:
    """Shuts a user out at once, or lets them in again. What is theirs stays."""

    def _set(session: Session, typed: Mapping[str, str]) -> None:
        shut = typed.get("shut") == "true"
        (accounts.disable_user if shut else accounts.enable_user)(session, accounts.user_of(session, user_id).name)

    answer = await _do(request, studio, owner, Deed(user_id, "shut", _set))
    studio.doorkeeper.recheck(user_id)
    return answer


@router.post(f"{_HERE}/{{user_id}}/grant")
async def grant(request: Request, studio: StudioDep, owner: OwnerDep, user_id: str) -> Response:
    """Gives a user credits, or takes some; one press counts once."""

    def _give(session: Session, typed: Mapping[str, str]) -> None:
        note = typed.get("note", "") or "Given by the studio"
        wanted = Grant.model_validate({"credits": number_in(typed, "amount") or "", "note": note})
        give(session, studio, user_id, wanted, key=typed.get("press") or new_id("gra"))

    return await _do(request, studio, owner, Deed(user_id, "amount", _give))


@router.post(f"{_HERE}/{{user_id}}/link", response_class=HTMLResponse)
async def make_link(request: Request, studio: StudioDep, owner: UnlimitedOwnerDep, user_id: str) -> HTMLResponse:
    """A new link that signs a user in, on the page that answers."""

    def _make(session: Session) -> tuple[str, str]:
        user = accounts.user_of(session, user_id)
        return user.name, link_for(session, base_address(request), user.id)

    name, link = await studio.runtime.db.write(_make)
    return HTMLResponse(await _page(request, studio, owner, link=link, name=name))


@router.post(f"{_HERE}/approvals/{{generation_id}}")
async def decide(
    request: Request, studio: StudioDep, owner: OwnerDep, generation_id: str, yes: Annotated[bool, Form()] = False
) -> Response:
    """Says yes or no to a request that waits for it."""
    decision = generation.approve if yes else generation.decline
    try:
        await decision(studio.runtime, owner, generation_id)
    except PhotoplayError as error:
        return await _refused(request, studio, owner, Wrong(generation_id, {}, {}, error.message))
    return RedirectResponse(_HERE, status_code=303)


def _newcomer(typed: Mapping[str, str]) -> NewUser:
    return NewUser.model_validate(
        {
            "name": typed.get("name", ""),
            "plan": typed.get("plan") or "free",
            "credits": number_in(typed, "credits") or "0",
            "metered": typed.get("pays") != "dollars",
        }
    )


async def _do(request: Request, studio: Studio, owner: Viewer, deed: Deed) -> Response:
    """Does it and comes back to the user; what is refused stands beside the field it is about."""
    typed = typed_in(await request.form())
    try:
        await studio.runtime.db.write(lambda session: deed.work(session, typed))
    except ValidationError:
        why = f'"{typed.get(deed.field, "")}" is no number that fits. {_ABOUT[deed.field]}'
        return await _refused(request, studio, owner, Wrong(deed.user_id, {deed.field: why}, typed))
    except PhotoplayError as error:
        wrong = Wrong(deed.user_id, {deed.field: error.message}, typed)
        return await _refused(request, studio, owner, wrong, status=error.status)
    query = urlencode({"saved": f"{deed.user_id}:{deed.field}"})
    return RedirectResponse(f"{_HERE}?{query}#person-{deed.user_id}", status_code=303)


async def _refused(request: Request, studio: Studio, owner: Viewer, wrong: Wrong, *, status: int = 422) -> HTMLResponse:
    return HTMLResponse(await _page(request, studio, owner, wrong=wrong), status_code=status)


async def _page(request: Request, studio: Studio, owner: Viewer, **told: Any) -> str:
    """`told`: what was `saved`, the form that is `wrong`, or the `link` that signs `name` in."""

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
    shown = {"saved": "", "wrong": None, "link": "", "name": "", **told}
    return render("people.html", press=new_id("gra"), **facts, **shown)
