"""Changes what may be changed of clients and campaigns: name, notes, and whether they are archived."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from photoplay.campaigns.add import campaign_name_taken, client_name_taken
from photoplay.campaigns.queries import campaign_of, client_of, find_campaign, find_client
from photoplay.campaigns.schemas import CampaignChange, CampaignView, ClientChange, ClientView
from photoplay.campaigns.tables import CampaignRow, ClientRow
from photoplay.core import clock


def change_client(session: Session, owner_id: str, client_id: str, change: ClientChange) -> ClientView:
    """Writes the changes. Raises `ClientNotFound`, `ClientNameTaken`."""
    row = find_client(session, owner_id, client_id)
    if change.name is not None and change.name != row.name and not _renamed(session, row, change.name):
        raise client_name_taken(session, owner_id, change.name)
    if change.notes is not None:
        row.notes = change.notes
    if change.archived is not None:
        row.archived_at = _archived_at(row.archived_at, is_archived=change.archived)
    session.flush()
    return client_of(session, owner_id, client_id)


def change_campaign(session: Session, owner_id: str, campaign_id: str, change: CampaignChange) -> CampaignView:
    """Writes the changes. What is under way for a campaign that is archived ends and is charged. Raises
    `CampaignNotFound`, `CampaignNameTaken`.
    """
    row = find_campaign(session, owner_id, campaign_id)
    if change.name is not None and change.name != row.name and not _renamed(session, row, change.name):
        raise campaign_name_taken(session, owner_id, change.name)
    if change.notes is not None:
        row.notes = change.notes
    if change.archived is not None:
        row.archived_at = _archived_at(row.archived_at, is_archived=change.archived)
    session.flush()
    return campaign_of(session, owner_id, campaign_id)


def _renamed(session: Session, row: ClientRow | CampaignRow, name: str) -> bool:
    """Whether it has the name now; False when another has it, also one that took it this very moment."""
    try:
        with session.begin_nested():
            row.name = name
            session.flush()
    except IntegrityError:
        return False
    return True


def _archived_at(was: datetime | None, *, is_archived: bool) -> datetime | None:
    return (was or clock.now()) if is_archived else None
