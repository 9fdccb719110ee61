"""Who a request is charged to: an open campaign and, with it, its client."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from photoplay.campaigns.errors import CampaignArchived
from photoplay.campaigns.queries import campaign_of
from photoplay.campaigns.tables import CampaignRow, ClientRow
from photoplay.core import clock
from photoplay.core.rows import UtcTime

_ARCHIVED_CLIENTS: Final = select(ClientRow.id).where(ClientRow.archived_at.is_not(None))


@dataclass(frozen=True)
class ChargedTo:
    """A campaign and the client it is for."""

    campaign_id: str
    client_id: str


def check_open(session: Session, owner_id: str, campaign_id: str) -> None:
    """Raises `CampaignNotFound` or `CampaignArchived` where nothing may be charged to this campaign."""
    view = campaign_of(session, owner_id, campaign_id)
    if view.archived:
        raise CampaignArchived(
            f'The campaign "{view.name}" is archived, so nothing more is charged to it. Bring it back, or name another. '
            "Nothing was charged."
        )
    if not view.is_open:
        raise CampaignArchived(
            f'The client "{view.client_name}" of the campaign "{view.name}" is archived. Bring it back, or name another '
            "campaign. Nothing was charged."
        )


def take_up(session: Session, owner_id: str, campaign_ids: Collection[str]) -> dict[str, ChargedTo]:
    """Notes on open campaigns of this owner that something is charged to them; they stay open until the commit.

    Raises as `check_open`.
    """
    return {campaign_id: _take_up(session, owner_id, campaign_id) for campaign_id in sorted(campaign_ids)}


def _take_up(session: Session, owner_id: str, campaign_id: str) -> ChargedTo:
    noted = (
        update(CampaignRow)
        .where(
            CampaignRow.id == campaign_id,
            CampaignRow.owner_id == owner_id,
            CampaignRow.archived_at.is_(None),
            CampaignRow.client_id.not_in(_ARCHIVED_CLIENTS),
        )
        .values(used_at=func.coalesce(CampaignRow.used_at, literal(clock.now(), UtcTime)))
        .returning(CampaignRow.client_id)
    )
    client_id = session.scalar(noted)
    if client_id is None:
        check_open(session, owner_id, campaign_id)
        raise CampaignArchived("This campaign was archived just now. Nothing was charged.")
    return ChargedTo(campaign_id, client_id)
