"""Files something under a campaign: for sorting only, nothing is charged by it."""

from sqlalchemy import func, literal, update
from sqlalchemy.orm import Session

from photoplay.campaigns.queries import campaign_of
from photoplay.campaigns.tables import CampaignRow
from photoplay.core import clock
from photoplay.core.rows import UtcTime


def file_under(session: Session, owner_id: str, campaign_id: str) -> None:
    """Notes on a campaign of this owner, open or archived, that something is filed under it: then it is not deleted any more.

    Raises `CampaignNotFound`.
    """
    campaign_of(session, owner_id, campaign_id)
    noted = update(CampaignRow).where(CampaignRow.id == campaign_id, CampaignRow.owner_id == owner_id)
    session.execute(noted.values(used_at=func.coalesce(CampaignRow.used_at, literal(clock.now(), UtcTime))))
