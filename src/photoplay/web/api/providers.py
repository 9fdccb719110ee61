"""Vendors: how they are, for everybody; accounts there, for the owner alone. A key goes in and never comes out."""

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from photoplay import catalog, generation
from photoplay.assets import Page
from photoplay.bootstrap import Studio
from photoplay.catalog import (
    CheckView,
    NewVendorAccount,
    ProviderView,
    VendorAccountChange,
    VendorAccountView,
    VendorChange,
)
from photoplay.web.deps import OwnerDep, StudioDep, ViewerDep
from photoplay.web.vendor_reports import ProviderReport, provider_report, provider_reports

router = APIRouter(prefix="/api/v1", tags=["providers"])


@router.get("/providers", summary="Vendors and how they are")
async def list_providers(studio: StudioDep, viewer: ViewerDep) -> Page[ProviderView]:
    """Which can be used now; of the others, why not and what to do."""
    return Page(items=await studio.runtime.db.read(lambda session: _views(session, studio)), next_cursor=None)


@router.get("/admin/providers", summary="Vendors with their accounts")
async def admin_providers(studio: StudioDep, owner: OwnerDep) -> Page[ProviderReport]:
    """For the owner: also how each has served lately. Of each key only the last four characters are told."""
    reports = await studio.runtime.db.read(lambda session: provider_reports(session, studio))
    return Page(items=reports, next_cursor=None)


@router.get("/admin/providers/{name}", summary="One vendor with its accounts")
async def admin_provider(studio: StudioDep, owner: OwnerDep, name: str) -> ProviderReport:
    """For the owner."""
    return await studio.runtime.db.read(lambda session: provider_report(session, studio, name))


@router.patch("/admin/providers/{name}", summary="Switch a vendor off or on, set its usual models")
async def change_provider(studio: StudioDep, owner: OwnerDep, name: str, wanted: VendorChange) -> ProviderReport:
    """A vendor that is off takes no new orders, wherever its key comes from; those that are out are followed to their end.

    What waits for it goes to another model where that was allowed, else it ends at no cost.
    """
    changes = wanted.model_dump(exclude_unset=True)

    def _change(session: Session) -> None:
        generation.switch_vendor(session, studio.runtime, name, changes, set_by=owner.name)

    await studio.runtime.db.write(_change)
    return await studio.runtime.db.read(lambda session: provider_report(session, studio, name))


@router.post("/admin/providers/{name}/let-back", summary="End a vendor's rest")
async def let_back(studio: StudioDep, owner: OwnerDep, name: str) -> ProviderReport:
    """The next order is sent at once, as a trial. For a vendor that does not rest this changes nothing."""

    def _let_back(session: Session) -> ProviderReport:
        studio.runtime.vendors.data_of(name)
        generation.let_back(session, studio.runtime, name)
        return provider_report(session, studio, name)

    return await studio.runtime.db.write(_let_back)


@router.post("/admin/providers/{name}/probe", summary="Ask a vendor for its models")
async def probe(studio: StudioDep, owner: OwnerDep, name: str) -> CheckView:
    """Which models it has and when they end. It is asked once a day by itself, where it tells that."""
    return await studio.prober.look_at(name)


@router.get("/admin/providers/{name}/accounts", summary="Accounts at a vendor")
async def list_accounts(studio: StudioDep, owner: OwnerDep, name: str) -> Page[VendorAccountView]:
    """The one of the environment first."""
    vendors = studio.runtime.vendors
    return Page(items=await studio.runtime.db.read(lambda session: vendors.views(session, name)), next_cursor=None)


@router.post("/admin/providers/{name}/accounts", status_code=201, summary="Add an account at a vendor")
async def add_account(studio: StudioDep, owner: OwnerDep, name: str, wanted: NewVendorAccount) -> VendorAccountView:
    """Its keys are kept sealed. Orders go to the account with the fewest at work."""

    def _add(session: Session) -> VendorAccountView:
        added = studio.runtime.vendors.add(session, name, wanted)
        generation.let_back(session, studio.runtime, name)
        return added

    added = await studio.runtime.db.write(_add)
    await studio.prober.learn_voices(name)
    return added


@router.patch("/admin/providers/{name}/accounts/{account_id}", summary="Change an account")
async def change_account(
    studio: StudioDep, owner: OwnerDep, name: str, account_id: str, wanted: VendorAccountChange
) -> VendorAccountView:
    """Turn it on or off, name it, limit it, or give it another key; keys that are not named stay."""
    changes = wanted.model_dump(exclude_unset=True)

    def _change(session: Session) -> VendorAccountView:
        changed = studio.runtime.vendors.change(session, name, account_id, changes)
        generation.let_back(session, studio.runtime, name)
        return changed

    return await studio.runtime.db.write(_change)


@router.delete("/admin/providers/{name}/accounts/{account_id}", status_code=204, summary="Remove an account")
async def delete_account(studio: StudioDep, owner: OwnerDep, name: str, account_id: str) -> Response:
    """Nothing new is ordered there. Orders that are out are still followed to their end; then the keys are deleted.

    For a minute it can be brought back.
    """
    vendors = studio.runtime.vendors
    await studio.runtime.db.write(lambda session: vendors.delete(session, name, account_id))
    return Response(status_code=204)


@router.post("/admin/providers/{name}/accounts/{account_id}/restore", summary="Bring an account back")
async def restore_account(studio: StudioDep, owner: OwnerDep, name: str, account_id: str) -> VendorAccountView:
    """Takes back what was removed within the last minute, key and all."""

    def _restore(session: Session) -> VendorAccountView:
        restored = studio.runtime.vendors.restore(session, name, account_id)
        generation.let_back(session, studio.runtime, name)
        return restored

    return await studio.runtime.db.write(_restore)


@router.post("/admin/providers/{name}/accounts/{account_id}/test", summary="Test an account")
async def test_account(studio: StudioDep, owner: OwnerDep, name: str, account_id: str) -> CheckView:
    """Asks the vendor something that costs nothing. `environment` is the account of the server's environment."""
    runtime = studio.runtime
    check = await catalog.try_account(
        runtime.db, runtime.http, runtime.vendors, provider_name=name, account_id=account_id
    )
    if check.is_ok:
        await runtime.db.write(lambda session: generation.let_back(session, runtime, name))
    return check


def _views(session: Session, studio: Studio) -> list[ProviderView]:
    runtime = studio.runtime
    return catalog.provider_views(session, runtime.catalog, runtime.vendors, resting=generation.resting(session))
