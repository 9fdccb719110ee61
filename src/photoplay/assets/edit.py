"""Changes what people may change of an asset: its title, its stars and the campaign that it is filed under."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import update
from sqlalchemy.orm import Session

from photoplay.assets.queries import find_row
from photoplay.assets.search import index_words
from photoplay.assets.tables import AssetRow

Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]


class AssetEdit(BaseModel):
    """What to change; what is not named stays. `rating` is 1 to 5, or 0 to take it away.

    `campaign` files it under another one, or with null under none. What it cost stays where it was charged.
    """

    model_config = ConfigDict(extra="forbid")

    title: Title | None = None
    rating: int | None = Field(default=None, ge=0, le=5)
    campaign: str | None = Field(default=None, max_length=40)


def edit_asset(session: Session, owner_id: str, asset_id: str, edit: AssetEdit) -> None:
    """Writes the changes. Raises `AssetNotFound`."""
    row = find_row(session, owner_id, asset_id)
    if edit.title is not None:
        row.title = edit.title
        index_words(session, [row])
    if edit.rating is not None:
        row.rating = edit.rating or None
    if "campaign" in edit.model_fields_set:
        row.campaign_id = edit.campaign


def file_assets(session: Session, owner_id: str, asset_ids: Sequence[str], campaign_id: str | None) -> list[str]:
    """Files the owner's assets under a campaign, or under none. Returns the ids that were filed elsewhere before.

    What is not the owner's, or lies in the trash, is left out in silence.
    """
    kept = (AssetRow.id.in_(asset_ids), AssetRow.owner_id == owner_id, AssetRow.is_trashed.is_(False))
    elsewhere = AssetRow.campaign_id.is_distinct_from(campaign_id)
    filed = update(AssetRow).where(*kept, elsewhere).values(campaign_id=campaign_id).returning(AssetRow.id)
    return list(session.scalars(filed))
