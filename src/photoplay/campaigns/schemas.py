"""Clients and campaigns as every door takes and tells them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

_Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")
]


def _without_zero(text: str) -> str:
    """A database keeps no character 0."""
    if "\0" in text:
        raise ValueError("Notes have no character 0.")
    return text


_Notes = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), AfterValidator(_without_zero)]


class NewClient(BaseModel):
    """A client to be added. The name is unique among yours."""

    model_config = ConfigDict(extra="forbid")

    name: _Name = Field(examples=["Harbour Coffee"])
    notes: _Notes = ""


class ClientChange(BaseModel):
    """What to change of a client; what is not named stays. `archived`: it takes no more work, or does again."""

    model_config = ConfigDict(extra="forbid")

    name: _Name | None = None
    notes: _Notes | None = None
    archived: bool | None = None


class ClientView(BaseModel):
    """A client. `campaigns` says how many it has, archived ones included."""

    id: str
    name: str
    notes: str
    archived: bool
    campaigns: int
    created_at: datetime


class NewCampaign(BaseModel):
    """A campaign to be added for a client, who stays the same. The name is unique among yours."""

    model_config = ConfigDict(extra="forbid")

    name: _Name = Field(examples=["Summer 2027"])
    client_id: str = Field(max_length=40, examples=["cli_01k"])
    notes: _Notes = ""


class CampaignChange(BaseModel):
    """What to change of a campaign; what is not named stays. `archived`: nothing more is charged to it, or is again."""

    model_config = ConfigDict(extra="forbid")

    name: _Name | None = None
    notes: _Notes | None = None
    archived: bool | None = None


class CampaignView(BaseModel):
    """A campaign and whom it is for. `is_open`: neither it nor its client is archived, so it may be charged to.

    `is_used`: something was charged to it, so it can be archived and not deleted.
    """

    id: str
    name: str
    notes: str
    client_id: str
    client_name: str
    archived: bool
    is_open: bool
    is_used: bool
    created_at: datetime
