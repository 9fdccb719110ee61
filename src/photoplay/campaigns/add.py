"""Adds clients, and campaigns for them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.campaigns.errors import CampaignNameTaken, ClientArchived, ClientNameTaken
from photoplay.campaigns.queries import campaign_of, client_of, find_client
from photoplay.campaigns.schemas import CampaignView, ClientView, NewCampaign, NewClient
from photoplay.campaigns.tables import CampaignRow, ClientRow
from photoplay.core import clock
from photoplay.core.ids import new_id
from photoplay.core.rows import insert_into


def add_client(session: Session, owner_id: str, wanted: NewClient) -> ClientView:
    """A new client of this owner. Raises `ClientNameTaken`."""
    values = {"id": new_id("cli"), "owner_id": owner_id, **wanted.model_dump(), "created_at": clock.now()}
    made = insert_into(session, ClientRow).values(values).on_conflict_do_nothing(index_elements=["owner_id", "name"])
    if session.scalar(made.returning(ClientRow.id)) is None:
        raise client_name_taken(session, owner_id, wanted.name)
    return client_of(session, owner_id, str(values["id"]))


def add_campaign(session: Session, owner_id: str, wanted: NewCampaign) -> CampaignView:
    """A new campaign for a client of this owner. Raises `ClientNotFound`, `ClientArchived`, `CampaignNameTaken`."""
    client = find_client(session, owner_id, wanted.client_id)
    if client.archived_at is not None:
        raise ClientArchived(f'The client "{client.name}" is archived. Bring it back to add a campaign for it.')
    values = {"id": new_id("cmp"), "owner_id": owner_id, **wanted.model_dump(), "created_at": clock.now()}
    made = insert_into(session, CampaignRow).values(values).on_conflict_do_nothing(index_elements=["owner_id", "name"])
    if session.scalar(made.returning(CampaignRow.id)) is None:
        raise campaign_name_taken(session, owner_id, wanted.name)
    return campaign_of(session, owner_id, str(values["id"]))


def client_name_taken(session: Session, owner_id: str, name: str) -> ClientNameTaken:
    """Says which client has the name."""
    query = select(ClientRow.archived_at).where(ClientRow.owner_id == owner_id, ClientRow.name == name)
    archived = "an archived client" if session.scalar(query) is not None else "a client"
    message = f'You have {archived} "{name}" already. Choose another name.'
    return ClientNameTaken(message, fields={"name": message})


def campaign_name_taken(session: Session, owner_id: str, name: str) -> CampaignNameTaken:
    """Says which campaign has the name, and whose it is."""
    query = (
        select(CampaignRow.archived_at, ClientRow.name)
        .join(ClientRow, ClientRow.id == CampaignRow.client_id)
        .where(CampaignRow.owner_id == owner_id, CampaignRow.name == name)
    )
    archived_at, client = session.execute(query).one()
    which = "an archived campaign" if archived_at is not None else "a campaign"
    message = f'You have {which} "{name}" for {client} already. Choose another name.'
    return CampaignNameTaken(message, fields={"name": message})
