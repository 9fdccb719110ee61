"""Clients and campaigns: who the work is for, and what was spent on it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from photoplay import campaigns, credits, generation
from photoplay.assets import Page
from photoplay.campaigns import CampaignChange, CampaignView, ClientChange, ClientView, NewCampaign, NewClient
from photoplay.generation import ListedCampaign, SpendView
from photoplay.web.api.account import Month
from photoplay.web.deps import StudioDep, ViewerDep

router = APIRouter(prefix="/api/v1", tags=["campaigns"])
Archived = Annotated[bool, Query(description="Whether archived ones are listed too.")]


@router.get("/clients", summary="Your clients")
async def list_clients(studio: StudioDep, viewer: ViewerDep, archived: Archived = False) -> Page[ClientView]:
    """By name."""
    found = await studio.runtime.db.read(
        lambda session: campaigns.clients_of(session, viewer.user_id, with_archived=archived)
    )
    return Page(items=found, next_cursor=None)


@router.post("/clients", status_code=201, summary="Add a client")
async def add_client(studio: StudioDep, viewer: ViewerDep, wanted: NewClient) -> ClientView:
    """Somebody whom work is done for."""
    return await studio.runtime.db.write(lambda session: campaigns.add_client(session, viewer.user_id, wanted))


@router.get("/clients/{client_id}", summary="One client")
async def get_client(studio: StudioDep, viewer: ViewerDep, client_id: str) -> ClientView:
    """Also an archived one."""
    return await studio.runtime.db.read(lambda session: campaigns.client_of(session, viewer.user_id, client_id))


@router.patch("/clients/{client_id}", summary="Change a client")
async def change_client(studio: StudioDep, viewer: ViewerDep, client_id: str, change: ClientChange) -> ClientView:
    """Name, notes, and whether it is archived, with all its campaigns."""
    return await studio.runtime.db.write(
        lambda session: campaigns.change_client(session, viewer.user_id, client_id, change)
    )


@router.delete("/clients/{client_id}", status_code=204, summary="Delete a client")
async def drop_client(studio: StudioDep, viewer: ViewerDep, client_id: str) -> Response:
    """One without campaigns; others are archived."""

    def _drop(session: Session) -> None:
        campaigns.drop_client(session, viewer.user_id, client_id)
        credits.drop_budgets_on(session, viewer.user_id, client_id)

    await studio.runtime.db.write(_drop)
    return Response(status_code=204)


@router.get("/clients/{client_id}/spend", summary="What was spent for a client")
async def client_spend(studio: StudioDep, viewer: ViewerDep, client_id: str, month: Month = None) -> SpendView:
    """On all its campaigns: spent, held, budgets, by kind and by model; ever, or in a month."""
    return await studio.runtime.db.read(
        lambda session: generation.client_spend(session, viewer.user_id, client_id, month=month)
    )


@router.get("/campaigns", summary="Your campaigns")
async def list_campaigns(
    studio: StudioDep,
    viewer: ViewerDep,
    client: Annotated[str | None, Query(description="Those of one client, by its id.")] = None,
    archived: Archived = False,
) -> Page[ListedCampaign]:
    """By client and name, each with what was ever spent on it."""

    def _list(session: Session) -> list[ListedCampaign]:
        if client is not None:
            campaigns.client_of(session, viewer.user_id, client)
        return generation.campaigns_with_spend(session, viewer.user_id, client_id=client, with_archived=archived)

    return Page(items=await studio.runtime.db.read(_list), next_cursor=None)


@router.post("/campaigns", status_code=201, summary="Add a campaign")
async def add_campaign(studio: StudioDep, viewer: ViewerDep, wanted: NewCampaign) -> CampaignView:
    """A piece of work for a client. Name its id as `campaign_id` where you ask for media."""
    return await studio.runtime.db.write(lambda session: campaigns.add_campaign(session, viewer.user_id, wanted))


@router.get("/campaigns/{campaign_id}", summary="One campaign")
async def get_campaign(studio: StudioDep, viewer: ViewerDep, campaign_id: str) -> CampaignView:
    """Also an archived one."""
    return await studio.runtime.db.read(lambda session: campaigns.campaign_of(session, viewer.user_id, campaign_id))


@router.patch("/campaigns/{campaign_id}", summary="Change a campaign")
async def change_campaign(
    studio: StudioDep, viewer: ViewerDep, campaign_id: str, change: CampaignChange
) -> CampaignView:
    """Name, notes, and whether it is archived: then nothing more is charged to it, and what was stays."""
    return await studio.runtime.db.write(
        lambda session: campaigns.change_campaign(session, viewer.user_id, campaign_id, change)
    )


@router.delete("/campaigns/{campaign_id}", status_code=204, summary="Delete a campaign")
async def drop_campaign(studio: StudioDep, viewer: ViewerDep, campaign_id: str) -> Response:
    """One that nothing was charged to, with its budgets; others are archived."""

    def _drop(session: Session) -> None:
        campaigns.drop_campaign(session, viewer.user_id, campaign_id)
        credits.drop_budgets_on(session, viewer.user_id, campaign_id)

    await studio.runtime.db.write(_drop)
    return Response(status_code=204)


@router.get("/campaigns/{campaign_id}/spend", summary="What was spent on a campaign")
async def campaign_spend(studio: StudioDep, viewer: ViewerDep, campaign_id: str, month: Month = None) -> SpendView:
    """Spent, held, budgets with what is left, by kind and by model; ever, or in a month."""
    return await studio.runtime.db.read(
        lambda session: generation.campaign_spend(session, viewer.user_id, campaign_id, month=month)
    )
