"""Deletes clients and campaigns that nothing hangs on; the others are archived."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from photoplay.campaigns.errors import CampaignInUse, ClientInUse
from photoplay.campaigns.queries import find_campaign, find_client
from photoplay.campaigns.tables import CampaignRow, ClientRow


def drop_client(session: Session, owner_id: str, client_id: str) -> None:
    """Deletes a client without campaigns. Raises `ClientNotFound`, `ClientInUse`."""
    row = find_client(session, owner_id, client_id)
    if session.scalar(select(CampaignRow.id).where(CampaignRow.client_id == client_id).limit(1)) is not None:
        raise ClientInUse(f'The client "{row.name}" has campaigns, so it cannot be deleted. Archive it instead.')
    session.execute(delete(ClientRow).where(ClientRow.id == client_id))


def drop_campaign(session: Session, owner_id: str, campaign_id: str) -> None:
    """Deletes a campaign that nothing was charged to or filed under. Raises `CampaignNotFound`, `CampaignInUse`."""
    row = find_campaign(session, owner_id, campaign_id)
    unused = delete(CampaignRow).where(CampaignRow.id == campaign_id, CampaignRow.used_at.is_(None))
    if session.scalar(unused.returning(CampaignRow.id)) is None:
        raise CampaignInUse(
            f'Something was charged to the campaign "{row.name}" or filed under it, so it cannot be deleted. Archive it '
            "instead."
        )
