"""What the studio offers and asks for: plans, rules of price, packages of credits, for its owner."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from photoplay import credits
from photoplay.assets import Page
from photoplay.credits import PackageChange, PackageDetails, Plan, PlanChange, PlanDetails, Pricing, PricingChange
from photoplay.web.deps import OwnerDep, StudioDep

router = APIRouter(prefix="/api/v1/admin", tags=["admin"])
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,30}$")]


@router.get("/plans", summary="Plans")
async def list_plans(studio: StudioDep, owner: OwnerDep) -> Page[PlanDetails]:
    """As they are in force, with how many members have them."""
    return Page(items=await studio.runtime.db.read(credits.plans_in_use), next_cursor=None)


@router.patch("/plans/{name}", summary="Change a plan, or make one")
async def change_plan(studio: StudioDep, owner: OwnerDep, name: Name, change: PlanChange) -> Plan:
    """For everybody who has it, from now on. Null takes a limit away."""
    return await studio.runtime.db.write(lambda session: credits.change_plan(session, name, change))


@router.delete("/plans/{name}", status_code=204, summary="Take back what was set of a plan")
async def drop_plan(studio: StudioDep, owner: OwnerDep, name: Name) -> Response:
    """One that came with the studio is again as it came; one of your own goes, unless somebody has it."""
    await studio.runtime.db.write(lambda session: credits.drop_plan(session, name))
    return Response(status_code=204)


@router.get("/pricing", summary="Markup, discount and thresholds")
async def pricing(studio: StudioDep, owner: OwnerDep) -> Pricing:
    """The rules in force."""
    return await studio.runtime.db.read(credits.pricing)


@router.patch("/pricing", summary="Change markup, discount and thresholds")
async def change_pricing(studio: StudioDep, owner: OwnerDep, change: PricingChange) -> Pricing:
    """For all quotes from now on; what was agreed stays."""
    return await studio.runtime.db.write(lambda session: credits.change_pricing(session, change))


@router.get("/packages", summary="Packages of credits")
async def list_packages(studio: StudioDep, owner: OwnerDep) -> Page[PackageDetails]:
    """Also those that are not on sale, the smallest first."""
    return Page(items=await studio.runtime.db.read(credits.all_packages), next_cursor=None)


@router.patch("/packages/{name}", summary="Change a package, or make one")
async def change_package(studio: StudioDep, owner: OwnerDep, name: Name, change: PackageChange) -> PackageDetails:
    """For all who buy from now on. Its price is that of its credits less the discount, rounded up to a cent."""
    return await studio.runtime.db.write(lambda session: credits.change_package(session, name, change))


@router.delete("/packages/{name}", status_code=204, summary="Take back what was set of a package")
async def drop_package(studio: StudioDep, owner: OwnerDep, name: Name) -> Response:
    """One that came with the studio is again as it came; one of your own goes."""
    await studio.runtime.db.write(lambda session: credits.drop_package(session, name))
    return Response(status_code=204)
