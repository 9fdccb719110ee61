"""Plans: how much a member may make and how fast. Data in `plans.toml`, changed by an admin's rows."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay.credits.errors import PlanInUse, UnknownPlan
from photoplay.credits.rules import keep_rule, rules_in_force
from photoplay.credits.tables import AccountRow
from photoplay.operations import MediaKind

FIRST_PLAN: Final = "free"
_RULE: Final = "plan:"
PlanName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
_Count = Annotated[int, Field(ge=0, le=1_000_000)]


class PlanLimits(BaseModel):
    """What a plan allows. A limit of None is no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1, max_length=40)
    per_day: _Count | None = None
    """Generations in a day (UTC)."""
    per_month: _Count | None = None
    """Generations in a month (UTC)."""
    per_minute: dict[MediaKind, _Count] = {}
    """Requests in a minute by kind of media."""
    flat_credits: dict[MediaKind, _Count] = {}
    """A set price in credits by kind of media, whatever is quoted."""


class Plan(PlanLimits):
    """A plan by its name."""

    name: str


class PlanDetails(Plan):
    """A plan, where it comes from, and how many accounts have it."""

    is_shipped: bool
    is_changed: bool
    """Whether something is set here that is not as it was shipped."""
    members: int


class PlanChange(BaseModel):
    """What is to be changed of a plan; what is left out stays, null takes a limit away."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(default=None, min_length=1, max_length=40)
    per_day: _Count | None = None
    per_month: _Count | None = None
    per_minute: dict[MediaKind, _Count] | None = None
    flat_credits: dict[MediaKind, _Count] | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("Name at least one thing to change.")
        return self


def plans(session: Session) -> list[Plan]:
    """Every plan as it is in force, the shipped ones first."""
    return list(plans_under(rules_in_force(session)).values())


def plans_in_use(session: Session) -> list[PlanDetails]:
    """Every plan with who has it, the shipped ones first."""
    having = select(AccountRow.plan, func.count()).where(AccountRow.is_metered).group_by(AccountRow.plan)
    members = dict(session.execute(having).all())
    rules = rules_in_force(session)
    return [
        PlanDetails(
            **dict(plan),
            is_shipped=plan.name in _shipped(),
            is_changed=_RULE + plan.name in rules,
            members=members.get(plan.name, 0),
        )
        for plan in plans_under(rules).values()
    ]


def plans_under(rules: Mapping[str, Mapping[str, Any]]) -> dict[str, Plan]:
    """The plans by name, with an admin's changes."""
    own = {name.removeprefix(_RULE): changes for name, changes in rules.items() if name.startswith(_RULE)}
    shipped = _shipped()
    return {
        name: Plan.model_validate(
            {"title": name.capitalize(), **shipped.get(name, {}), **own.get(name, {}), "name": name}
        )
        for name in [*shipped, *sorted(set(own) - set(shipped))]
    }


def plan_named(session: Session, name: str) -> Plan:
    """The plan of this name. Raises `UnknownPlan`."""
    known = plans_under(rules_in_force(session))
    if name not in known:
        raise UnknownPlan(f'There is no plan "{name}". There are {", ".join(known)}.')
    return known[name]


def change_plan(session: Session, name: str, change: PlanChange) -> Plan:
    """Changes a plan, or makes one of a new name, for everybody who has it."""
    rules = rules_in_force(session)
    told = change.model_dump(mode="json", exclude_unset=True)
    emptied: dict[str, Any] = {field: {} for field in ("per_minute", "flat_credits") if told.get(field, ...) is None}
    merged = {**rules.get(_RULE + name, {}), **told, **emptied}
    merged = {field: value for field, value in merged.items() if field != "title" or value}
    keep_rule(session, _RULE + name, merged)
    return plan_named(session, name)


def drop_plan(session: Session, name: str) -> PlanChange:
    """Takes away what was set of a plan, and gives it: one that was shipped is again as shipped, another one is gone.

    Raises `UnknownPlan` where nothing was set, `PlanInUse` when it would go and somebody has it.
    """
    changes = rules_in_force(session).get(_RULE + name)
    if changes is None:
        raise UnknownPlan(f'Nothing is set of a plan "{name}".')
    members = session.scalar(select(func.count()).where(AccountRow.plan == name, AccountRow.is_metered)) or 0
    if members and name not in _shipped():
        have = "1 member has it" if members == 1 else f"{members} members have it"
        raise PlanInUse(f"{have}. Put them on another plan first.")
    keep_rule(session, _RULE + name, {})
    return PlanChange.model_validate(changes)


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    text = resources.files("photoplay.credits").joinpath("plans.toml").read_text("utf-8")
    read: dict[str, dict[str, Any]] = tomllib.loads(text)["plans"]
    return read
