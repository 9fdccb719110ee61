"""What is filed under campaigns: lists by campaign or client, and another campaign for an asset or for many."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from photoplay import assets, campaigns, events
from photoplay.accounts import Viewer
from photoplay.assets import AssetEdit, AssetView
from photoplay.events import Hub


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


def edit_asset(session: Session, hub: Hub, viewer: Viewer, asset_id: str, edit: AssetEdit) -> AssetView:
    """The title, the stars or the campaign of an asset were changed."""
    if edit.campaign is not None:
        campaigns.file_under(session, viewer.user_id, edit.campaign)
    assets.edit_asset(session, viewer.user_id, asset_id, edit)
    session.flush()
    view = assets.asset_of(session, viewer.user_id, asset_id)
    events.record(session, hub, viewer.user_id, "asset.edited", {"asset": view.model_dump(mode="json")})
    return view


def file_assets(
    session: Session, hub: Hub, viewer: Viewer, asset_ids: Sequence[str], campaign_id: str | None
) -> list[str]:
    """Assets were filed under a campaign, or under none: those that were elsewhere before.

    Returns their ids. Raises `CampaignNotFound`.
    """
    if campaign_id is not None:
        campaigns.file_under(session, viewer.user_id, campaign_id)
    filed = assets.file_assets(session, viewer.user_id, asset_ids, campaign_id)
    if filed:
        facts = {"ids": filed, "campaign": campaign_id}
        events.record(session, hub, viewer.user_id, "asset.filed", facts)
    return filed
