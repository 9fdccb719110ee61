"""Prices, for the owner of the studio: markup and discount, when to warn and to ask, packages of credits on sale."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
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
from photoplay.credits import Costs, PackageChange, Plan, Pricing, PricingChange
from photoplay.operations import MediaKind
from photoplay.web.api.admin_plans import Name
from photoplay.web.deps import OwnerDep, StudioDep
from photoplay.web.pages.money_forms import NEW, Wrong, name_from, number_in, typed_in, was_in, wrong_at
from photoplay.web.pages.shell import shell_for
from photoplay.web.pages.way_back import removed, settled
from photoplay.web.templating import Undo, render

router = APIRouter(include_in_schema=False)
_HERE: Final = "/admin/pricing"
_PACKAGES: Final = f"{_HERE}/packages"
_RULES: Final = "rules"
_SAMPLE_USD: Final = Decimal("0.04")
_SAMPLE_COUNTS: Final = (1, 5, 10)
_MAY_BE_EMPTY: Final = ("approve_above_credits", "approve_above_usd")
_RULE_WORDS: Final = {
    "warn_above_credits": "A whole number of credits.",
    "warn_above_usd": "A number of dollars, such as 2 or 0.50.",
    "approve_above_credits": "A whole number of credits, or nothing.",
    "approve_above_usd": "A number of dollars, or nothing.",
    "": "A number from 0 to 100, with two places at most.",
}
_PACKAGE_WORDS: Final = {
    "title": "A name of at most 40 characters.",
    "discount_percent": "A number from 0 to 90, with two places at most.",
    "": "A whole number from 1 to 100,000,000.",
}


@dataclass(frozen=True)
class Sample:
    """What so many results at once come to under the rules."""

    count: int
    cost_usd: Decimal
    markup_usd: Decimal
    discount_usd: Decimal
    credits: int


@router.get(_HERE, response_class=HTMLResponse)
async def show_pricing(request: Request, studio: StudioDep, owner: OwnerDep, saved: str = "") -> HTMLResponse:
    """The rules with an example, and what is on sale."""
    return HTMLResponse(await _page(request, studio, owner, saved=saved))


@router.post(_HERE, response_class=HTMLResponse)
async def set_pricing(request: Request, studio: StudioDep, owner: OwnerDep) -> Response:
    """For all quotes from now on."""
    typed = typed_in(await request.form())
    names = [name for name in PricingChange.model_fields if name != "sells_below_cost"]
    told = {name: number_in(typed, name) for name in names}
    told = {name: value if value or name in _MAY_BE_EMPTY else "" for name, value in told.items()}
    try:
        change = PricingChange.model_validate({**told, "sells_below_cost": bool(typed.get("sells_below_cost"))})
    except ValidationError as error:
        return await _refused(request, studio, owner, wrong_at(_RULES, error, _RULE_WORDS, typed))
    await studio.runtime.db.write(lambda session: credits.change_pricing(session, change))
    return RedirectResponse(f"{_HERE}?saved={_RULES}", status_code=303)


@router.post(_PACKAGES, response_class=HTMLResponse)
async def make_package(request: Request, studio: StudioDep, owner: OwnerDep) -> Response:
    """A new package, on sale at once, named after its title."""
    typed = typed_in(await request.form())
    known = {one.name: one.title for one in await studio.runtime.db.read(credits.all_packages)}
    name = name_from(typed.get("title", ""), known, fallback="package")
    if name in known:
        taken = {"title": f'There is a package of this name already: "{known[name]}".'}
        return await _refused(request, studio, owner, Wrong(NEW, taken, typed))
    return await _save_package(request, studio, owner, name=name, typed=typed, at=NEW)


@router.post(f"{_PACKAGES}/{{name}}", response_class=HTMLResponse)
async def change_package(request: Request, studio: StudioDep, owner: OwnerDep, name: Name) -> Response:
    """What was typed about a package, or whether it is on sale: as the button says."""
    typed = typed_in(await request.form())
    if "is_on_sale" in typed:
        change = PackageChange(is_on_sale=typed["is_on_sale"] == "true")
        await studio.runtime.db.write(lambda session: credits.change_package(session, name, change))
        return _to(name)
    return await _save_package(request, studio, owner, name=name, typed=typed, at=name)


@router.post(f"{_PACKAGES}/{{name}}/drop", response_class=HTMLResponse)
async def drop_package(request: Request, studio: StudioDep, owner: OwnerDep, name: Name) -> Response:
    """One of the owner's own goes, a shipped one is as it came; the pages of the settings can undo it."""

    def _drop(session: Session) -> tuple[str, PackageChange]:
        title = {one.name: one.title for one in credits.all_packages(session)}.get(name, name)
        return title, credits.drop_package(session, name)

    try:
        title, was = await studio.runtime.db.write(_drop)
    except PhotoplayError as error:
        return await _refused(request, studio, owner, Wrong(name, {}, {}, error.message), status=error.status)
    back = {"was": was.model_dump_json(exclude_unset=True)}
    undo = Undo(f'What you had set of the package "{title}" is gone.', f"{_PACKAGES}/{name}/back", back)
    return removed(request, _HERE, undo)


@router.post(f"{_PACKAGES}/{{name}}/back")
async def bring_package_back(request: Request, studio: StudioDep, owner: OwnerDep, name: Name) -> RedirectResponse:
    """Undoes that."""
    was = was_in(await request.form(), PackageChange)
    await studio.runtime.db.write(lambda session: credits.change_package(session, name, was))
    return settled(_to(name))


async def _save_package(
    request: Request, studio: Studio, owner: Viewer, *, name: str, typed: Mapping[str, str], at: str
) -> Response:
    told = {"title": typed.get("title", ""), "credits": number_in(typed, "credits") or ""}
    told["discount_percent"] = number_in(typed, "discount_percent") or "0"
    try:
        change = PackageChange.model_validate(told)
    except ValidationError as error:
        return await _refused(request, studio, owner, wrong_at(at, error, _PACKAGE_WORDS, typed))
    await studio.runtime.db.write(lambda session: credits.change_package(session, name, change))
    return _to(name)


async def _refused(request: Request, studio: Studio, owner: Viewer, wrong: Wrong, *, status: int = 422) -> HTMLResponse:
    return HTMLResponse(await _page(request, studio, owner, wrong=wrong), status_code=status)


async def _page(request: Request, studio: Studio, owner: Viewer, **told: Any) -> str:
    """`told`: what was `saved`, or the form that is `wrong`."""
    shell, rules, packages = await studio.runtime.db.read(
        lambda session: (
            shell_for(request, session, owner),
            credits.pricing(session),
            credits.all_packages(session),
        )
    )
    shown = {"saved": "", "wrong": None, **told}
    facts: dict[str, object] = {
        "rules": rules,
        "samples": _samples(rules),
        "packages": packages,
        "is_sold": studio.checkout is not None,
    }
    return render("pricing.html", shell=shell, **facts, **shown)


def _samples(rules: Pricing) -> list[Sample]:
    no_plan = Plan(name="sample", title="Sample")
    found = []
    for count in _SAMPLE_COUNTS:
        price = credits.batch_price([Costs(MediaKind.IMAGE, _SAMPLE_USD)] * count, rules, no_plan)
        found.append(Sample(count, _SAMPLE_USD * count, price.markup_usd, price.discount_usd, price.credits))
    return found


def _to(name: str) -> RedirectResponse:
    return RedirectResponse(f"{_HERE}?saved={name}#package-{name}", status_code=303)
