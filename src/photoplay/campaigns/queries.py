"""Reads clients and campaigns, always as one viewer's."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from photoplay.campaigns.errors import CampaignNotFound, ClientNotFound
from photoplay.campaigns.schemas import CampaignView, ClientView
from photoplay.campaigns.tables import CampaignRow, ClientRow


def client_of(session: Session, owner_id: str, client_id: str) -> ClientView:
    """One client of this owner. Raises `ClientNotFound`."""
    row = find_client(session, owner_id, client_id)
    count = select(func.count()).where(CampaignRow.client_id == row.id)
    return client_view(row, session.scalar(count) or 0)


def clients_of(session: Session, owner_id: str, *, with_archived: bool = False) -> list[ClientView]:
    """The owner's clients by name, the archived ones last where they are asked for."""
    counts = select(CampaignRow.client_id, func.count().label("count")).where(CampaignRow.owner_id == owner_id)
    sums = counts.group_by(CampaignRow.client_id).subquery()
    query = select(ClientRow, func.coalesce(sums.c.count, 0)).outerjoin(sums, sums.c.client_id == ClientRow.id)
    query = query.where(ClientRow.owner_id == owner_id)
    if not with_archived:
        query = query.where(ClientRow.archived_at.is_(None))
    views = [client_view(row, count) for row, count in session.execute(query)]
    return sorted(views, key=lambda view: (view.archived, view.name.casefold(), view.id))


def campaign_of(session: Session, owner_id: str, campaign_id: str) -> CampaignView:
    """One campaign of this owner. Raises `CampaignNotFound`."""
    row = find_campaign(session, owner_id, campaign_id)
    return campaign_view(row, session.get_one(ClientRow, row.client_id))


def campaigns_of(
    session: Session, owner_id: str, *, client_id: str | None = None, with_archived: bool = False
) -> list[CampaignView]:
    """The owner's campaigns by client and name; archived ones, and those of archived clients, where asked for, last."""
    query = select(CampaignRow, ClientRow).join(ClientRow, ClientRow.id == CampaignRow.client_id)
    query = query.where(CampaignRow.owner_id == owner_id)
    if client_id is not None:
        query = query.where(CampaignRow.client_id == client_id)
    if not with_archived:
        query = query.where(CampaignRow.archived_at.is_(None), ClientRow.archived_at.is_(None))
    views = [campaign_view(row, client) for row, client in session.execute(query)]
    return sorted(
        views,
        key=lambda view: (not view.is_open, view.client_name.casefold(), view.client_id, view.name.casefold()),
    )


def open_of(session: Session, owner_id: str, campaign_id: str | None) -> str | None:
    """The campaign of this id while something may be charged to it; None otherwise, and where there is none."""
    if campaign_id is None:
        return None
    return campaign_id if campaign_of(session, owner_id, campaign_id).is_open else None


def campaign_ids_of(session: Session, owner_id: str, client_id: str) -> list[str]:
    """The ids of all campaigns of a client of this owner. Raises `ClientNotFound`."""
    find_client(session, owner_id, client_id)
    return list(session.scalars(select(CampaignRow.id).where(CampaignRow.client_id == client_id)))


def name_of(session: Session, subject_id: str) -> str:
    """What the client or campaign of this id is called; empty where there is none."""
    names: Select[str] = select(CampaignRow.name).where(CampaignRow.id == subject_id)
    return session.scalar(names.union_all(select(ClientRow.name).where(ClientRow.id == subject_id))) or ""


def find_client(session: Session, owner_id: str, client_id: str) -> ClientRow:
    """The row of a client of this owner. Raises `ClientNotFound`."""
    row = session.get(ClientRow, client_id)
    if row is None or row.owner_id != owner_id:
        raise ClientNotFound("There is no such client of yours.")
    return row


def find_campaign(session: Session, owner_id: str, campaign_id: str) -> CampaignRow:
    """The row of a campaign of this owner. Raises `CampaignNotFound`."""
    row = session.get(CampaignRow, campaign_id)
    if row is None or row.owner_id != owner_id:
        raise CampaignNotFound("There is no such campaign of yours.")
    return row


def client_view(row: ClientRow, campaigns: int) -> ClientView:
    """A client as the doors tell it."""
    return ClientView(
        id=row.id,
        name=row.name,
        notes=row.notes,
        archived=row.archived_at is not None,
        campaigns=campaigns,
        created_at=row.created_at,
    )


def campaign_view(row: CampaignRow, client: ClientRow) -> CampaignView:
    """A campaign as the doors tell it."""
    return CampaignView(
        id=row.id,
        name=row.name,
        notes=row.notes,
        client_id=client.id,
        client_name=client.name,
        archived=row.archived_at is not None,
        is_used=row.used_at is not None,
        is_open=row.archived_at is None and client.archived_at is None,
        created_at=row.created_at,
    )
