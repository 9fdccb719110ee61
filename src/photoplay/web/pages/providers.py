"""Vendors in the settings, for the owner: how each is, its keys, its calls, its models and their prices."""

from dataclasses import dataclass, field
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from photoplay import catalog, generation
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.catalog import NewVendorAccount, UnknownProvider, VendorAccountChange
from photoplay.core.errors import PhotoplayError
from photoplay.providers import Describes
from photoplay.web.deps import PageOwnerDep, StudioDep
from photoplay.web.pages import provider_words
from photoplay.web.pages.provider_forms import account_of, changes_of, filled_in, read_as
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render
from photoplay.web.vendor_reports import ProviderReport, provider_report, provider_reports

router = APIRouter(include_in_schema=False)
PATH: Final = "/settings/providers"


@dataclass(frozen=True)
class Trouble:
    """Why a form was not taken, and what was typed into it. `place` is the form's anchor."""

    place: str = ""
    message: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


@router.get(PATH, response_class=HTMLResponse)
async def show_providers(request: Request, studio: StudioDep, owner: PageOwnerDep) -> HTMLResponse:
    """Every vendor and how it is, and the models that end."""
    shell, reports, endings = await studio.runtime.db.read(
        lambda session: (
            shell_for(request, session, owner),
            provider_reports(session, studio),
            generation.models_ending(session, studio.runtime.catalog),
        )
    )
    groups = [
        (words, sorted((one for one in reports if one.state == state), key=lambda one: one.title.lower()))
        for state, words in provider_words.STATES.items()
    ]
    return HTMLResponse(
        render(
            "providers.html",
            shell=shell,
            groups=[(words, some) for words, some in groups if some],
            left_out=studio.left_out,
            endings=endings,
            say=provider_words,
        )
    )


@router.get(PATH + "/{name}", response_class=HTMLResponse)
async def show_provider(request: Request, studio: StudioDep, owner: PageOwnerDep, name: str) -> HTMLResponse:
    """One vendor with all that can be set of it."""
    return HTMLResponse(await provider_page(request, studio, owner, name))


@router.post(PATH + "/{name}/accounts")
async def add_account(request: Request, studio: StudioDep, owner: PageOwnerDep, name: str) -> Response:
    """Keeps a key."""
    typed = await filled_in(request)

    def _add(session: Session) -> str:
        added = studio.runtime.vendors.add(session, name, read_as(NewVendorAccount, account_of(typed)))
        generation.let_back(session, studio.runtime, name)
        return f"account-{added.id}"

    try:
        anchor = await studio.runtime.db.write(_add)
    except PhotoplayError as error:
        return await with_trouble(request, studio, owner, name, error=error, place="add", typed=typed)
    await studio.prober.learn_voices(name)
    return back_to(name, anchor)


@router.post(PATH + "/{name}/accounts/{account_id}")
async def change_account(
    request: Request, studio: StudioDep, owner: PageOwnerDep, name: str, account_id: str
) -> Response:
    """Names it, limits it, gives it another key, turns it on or off."""
    typed, secret = await filled_in(request), _secret_fields(studio, name)

    def _change(session: Session) -> None:
        wanted = read_as(VendorAccountChange, changes_of(typed, secret))
        studio.runtime.vendors.change(session, name, account_id, wanted.model_dump(exclude_unset=True))
        generation.let_back(session, studio.runtime, name)

    try:
        await studio.runtime.db.write(_change)
    except PhotoplayError as error:
        return await with_trouble(request, studio, owner, name, error=error, place=account_id, typed=typed)
    return back_to(name, f"account-{account_id}")


@router.post(PATH + "/{name}/accounts/{account_id}/remove")
async def remove_account(studio: StudioDep, owner: PageOwnerDep, name: str, account_id: str) -> Response:
    """Nothing new is ordered there. The page then offers to take it back."""
    vendors = studio.runtime.vendors
    await studio.runtime.db.write(lambda session: vendors.delete(session, name, account_id))
    return RedirectResponse(f"{PATH}/{name}?removed={account_id}#keys", status_code=303)


@router.post(PATH + "/{name}/accounts/{account_id}/restore")
async def restore_account(
    request: Request, studio: StudioDep, owner: PageOwnerDep, name: str, account_id: str
) -> Response:
    """Takes back what was removed a moment ago."""

    def _restore(session: Session) -> None:
        studio.runtime.vendors.restore(session, name, account_id)
        generation.let_back(session, studio.runtime, name)

    try:
        await studio.runtime.db.write(_restore)
    except PhotoplayError as error:
        return await with_trouble(request, studio, owner, name, error=error, place="keys", typed={})
    return back_to(name, f"account-{account_id}")


@router.post(PATH + "/{name}/accounts/{account_id}/test")
async def test_account(studio: StudioDep, owner: PageOwnerDep, name: str, account_id: str) -> Response:
    """Asks the vendor; the page then says what it answered."""
    runtime = studio.runtime
    check = await catalog.try_account(
        runtime.db, runtime.http, runtime.vendors, provider_name=name, account_id=account_id
    )
    if check.is_ok:
        await runtime.db.write(lambda session: generation.let_back(session, runtime, name))
    return back_to(name, f"account-{account_id}")


@router.post(PATH + "/{name}/let-back")
async def let_back(studio: StudioDep, owner: PageOwnerDep, name: str) -> Response:
    """Ends its rest: the next order is sent at once, as a trial."""
    await studio.runtime.db.write(lambda session: generation.let_back(session, studio.runtime, name))
    return back_to(name, "main")


@router.post(PATH + "/{name}/probe")
async def probe(request: Request, studio: StudioDep, owner: PageOwnerDep, name: str) -> Response:
    """Asks it for its models now."""
    try:
        await studio.prober.look_at(name)
    except PhotoplayError as error:
        return await with_trouble(request, studio, owner, name, error=error, place="models", typed={})
    return back_to(name, "models")


async def provider_page(
    request: Request, studio: Studio, owner: Viewer, name: str, *, trouble: Trouble | None = None
) -> str:
    """The page of a vendor; with `trouble` the form that was not taken is as it was filled in. Raises `UnknownProvider`."""

    removed = request.query_params.get("removed", "")

    def _read(session: Session) -> dict[str, object]:
        title = studio.runtime.vendors.deleted_lately(session, name, removed) if removed else None
        return {
            "shell": shell_for(request, session, owner),
            "removed": (removed, title) if title else None,
            "vendor": provider_report(session, studio, name),
            "set_prices": {one.id: one for one in catalog.prices_set(session)},
            "set_states": {one.model: one for one in catalog.states_set(session)},
        }

    facts = await studio.runtime.db.read(_read)
    vendor = facts["vendor"]
    assert isinstance(vendor, ProviderReport)
    known = studio.runtime.catalog
    models = [
        catalog.model_view(offer, heir_name=known.heir_name(offer))
        for offer in known.offers()
        if offer.provider == name
    ]
    return render(
        "provider.html",
        **facts,
        models=provider_words.shown_models(models),
        trouble=trouble or Trouble(),
        say=provider_words,
        private_hosts=studio.settings.private_hosts,
        can_add=isinstance(studio.runtime.providers.get(name), Describes),
        has_public=studio.runtime.public.are_there,
        heirs=[offer.card.id for offer in studio.runtime.catalog.offers() if offer.lifecycle.can_order],
    )


async def with_trouble(
    request: Request,
    studio: Studio,
    owner: Viewer,
    name: str,
    *,
    error: PhotoplayError,
    place: str,
    typed: dict[str, str],
) -> HTMLResponse:
    """The page with what was wrong with a form. A key that was typed does not come back."""
    secret = _secret_fields(studio, name)
    kept = {key: value for key, value in typed.items() if key.removeprefix("settings.") not in secret}
    trouble = Trouble(place, error.message, dict(error.fields), kept)
    page = await provider_page(request, studio, owner, name, trouble=trouble)
    return HTMLResponse(page, status_code=error.status)


def _secret_fields(studio: Studio, name: str) -> tuple[str, ...]:
    """The fields of an account that hold a key. Raises `UnknownProvider`."""
    provider = studio.runtime.vendors.provider(name)
    if provider is None:
        raise UnknownProvider("There is no such vendor.")
    return provider.settings.secret_names()


def back_to(name: str, anchor: str) -> RedirectResponse:
    """Back to the page of a vendor, to this place on it."""
    return RedirectResponse(f"{PATH}/{name}#{anchor}", status_code=303)
