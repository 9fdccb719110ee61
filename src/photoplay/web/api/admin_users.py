"""Users and what waits for a yes, for the owner of the studio."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from photoplay import accounts, credits, generation
from photoplay.accounts import UserView
from photoplay.assets import Page
from photoplay.bootstrap import Studio
from photoplay.core import clock
from photoplay.core.ids import new_id
from photoplay.core.money import Credits
from photoplay.credits import AccountDetails, MemberChange
from photoplay.generation import GenerationView
from photoplay.web.api.generations import KeyHeader
from photoplay.web.deps import OwnerDep, StudioDep, UnlimitedOwnerDep, base_address

router = APIRouter(prefix="/api/v1/admin", tags=["admin"])
_Credits = Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)]


class NewUser(BaseModel):
    """Somebody who may come in. Unmetered: their orders are passed on in dollars and need no credits."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    plan: str = "free"
    credits: int = Field(default=0, ge=0, le=1_000_000_000)
    metered: bool = True


class UserChange(MemberChange):
    """What is to be changed of a user; what is left out stays."""

    disabled: bool | None = None


class Grant(BaseModel):
    """Credits for a user: given, or taken when negative. `note` is the reason that they read."""

    model_config = ConfigDict(extra="forbid")

    credits: _Credits
    note: str = Field(min_length=1, max_length=200)


class Member(BaseModel):
    """A user and their account."""

    user: UserView
    account: AccountDetails


class Invited(Member):
    """A user who was just made. `link` signs them in once, within a day."""

    link: str


class Approval(BaseModel):
    """A request that waits for the owner of the studio, and who asked for it."""

    user_id: str
    generation: GenerationView


class SignInLink(BaseModel):
    """A link that signs a user in once, within a day."""

    link: str
    made_at: datetime


@router.get("/users", summary="Users and their accounts")
async def list_users(studio: StudioDep, owner: OwnerDep) -> Page[Member]:
    """The oldest first."""
    members = await studio.runtime.db.read(members_in)
    return Page(items=members, next_cursor=None)


@router.post("/users", status_code=201, summary="Invite a user")
async def add_user(request: Request, studio: StudioDep, owner: UnlimitedOwnerDep, wanted: NewUser) -> Invited:
    """Makes the user with an account, and a link that signs them in."""
    return await studio.runtime.db.write(lambda session: invite(session, studio, base_address(request), wanted))


@router.patch("/users/{user_id}", summary="Change a user")
async def change_user(studio: StudioDep, owner: OwnerDep, user_id: str, change: UserChange) -> Member:
    """The plan, from which price their requests need your approval, and whether they may come in."""

    def _change(session: Session) -> Member:
        user = accounts.user_of(session, user_id)
        told = change.model_dump(exclude_unset=True)
        if (disabled := told.pop("disabled", None)) is not None:
            (accounts.disable_user if disabled else accounts.enable_user)(session, user.name)
        credits.change_account(session, user.id, MemberChange.model_validate(told))
        return member(session, user.id)

    changed = await studio.runtime.db.write(_change)
    studio.doorkeeper.recheck(user_id)
    return changed


@router.post("/users/{user_id}/grants", status_code=201, summary="Give or take credits")
async def grant(
    studio: StudioDep, owner: OwnerDep, user_id: str, wanted: Grant, idempotency_key: KeyHeader = None
) -> Member:
    """The user sees the reason in their ledger. The same Idempotency-Key gives once."""
    key = idempotency_key or new_id("gra")
    return await studio.runtime.db.write(lambda session: give(session, studio, user_id, wanted, key=key))


@router.post("/users/{user_id}/link", status_code=201, summary="Make a sign-in link")
async def link(request: Request, studio: StudioDep, owner: UnlimitedOwnerDep, user_id: str) -> SignInLink:
    """It works once, within a day."""
    base = base_address(request)

    def _make(session: Session) -> SignInLink:
        user = accounts.user_of(session, user_id)
        return SignInLink(link=link_for(session, base, user.id), made_at=clock.now())

    return await studio.runtime.db.write(_make)


@router.get("/approvals", summary="What waits for your yes")
async def list_approvals(studio: StudioDep, owner: OwnerDep) -> Page[Approval]:
    """Requests above the price from which you approve, the oldest first."""
    found = await studio.runtime.db.read(generation.approvals)
    return Page(items=[Approval(user_id=user_id, generation=view) for user_id, view in found], next_cursor=None)


@router.post("/approvals/{generation_id}/approve", summary="Say yes to a request")
async def approve(studio: StudioDep, owner: OwnerDep, generation_id: str) -> GenerationView:
    """It gets its turn. By a person in the studio, not by a program with a key."""
    return await generation.approve(studio.runtime, owner, generation_id)


@router.post("/approvals/{generation_id}/decline", summary="Say no to a request")
async def decline(studio: StudioDep, owner: OwnerDep, generation_id: str) -> GenerationView:
    """It is cancelled and its hold given back."""
    return await generation.decline(studio.runtime, owner, generation_id)


def members_in(session: Session) -> list[Member]:
    """All users with their accounts, the oldest first."""
    return [member(session, user.id) for user in accounts.all_users(session)]


def member(session: Session, user_id: str) -> Member:
    """A user with their account. Raises `UserNotFound`."""
    user = accounts.user_of(session, user_id)
    return Member(user=user, account=credits.account_details_of(session, user.id))


def invite(session: Session, studio: Studio, base: str, wanted: NewUser) -> Invited:
    """A new user with an account, first credits, and the link that signs them in."""
    user = accounts.create_user(session, wanted.name)
    credits.open_account(session, user.id, metered=wanted.metered, plan=wanted.plan)
    if wanted.credits and wanted.metered:
        note = "Credits to begin with"
        credits.give(session, studio.runtime.hub, user.id, Credits(wanted.credits), key=f"first:{user.id}", note=note)
    made = member(session, user.id)
    return Invited(user=made.user, account=made.account, link=link_for(session, base, user.id))


def give(session: Session, studio: Studio, user_id: str, wanted: Grant, *, key: str) -> Member:
    """Credits for a user, or from them; with the same key once. Raises `UserNotFound`, `BudgetUnit`, `InsufficientCredits`."""
    account = member(session, user_id).account
    if not account.metered:
        raise credits.BudgetUnit("This account counts in dollars and has no credits.")
    amount, about = Credits(wanted.credits), f"{user_id}:{key}"
    if amount >= 0:
        credits.give(session, studio.runtime.hub, user_id, amount, key=about, note=wanted.note)
    else:
        credits.adjust(session, user_id, amount, key=about, note=wanted.note)
    return member(session, user_id)


def link_for(session: Session, base: str, user_id: str) -> str:
    """The address that signs a user in once, below that of the studio."""
    return f"{base}/sign-in?token={accounts.make_link(session, user_id)}"
