"""Lists by campaign or client: from the ids in an address to the campaigns whose things are shown."""

from sqlalchemy.orm import Session

from photoplay import campaigns


def campaigns_named(
    session: Session, owner_id: str, *, campaign: str | None, client: str | None
) -> tuple[str, ...] | None:
    """The ids of the campaigns of this owner that are asked for; None where nothing is.

    Raises `CampaignNotFound`, `ClientNotFound`.
    """
    if campaign:
        view = campaigns.campaign_of(session, owner_id, campaign)
        return (campaign,) if not client or view.client_id == client else ()
    return tuple(campaigns.campaign_ids_of(session, owner_id, client)) if client else None
