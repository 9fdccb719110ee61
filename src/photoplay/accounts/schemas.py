"""A user, a key and a viewer, as other rooms and doors see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

Role = Literal["owner", "member"]


class UserView(BaseModel):
    """A user, without anything secret."""

    id: str
    name: str
    role: Role
    created_at: datetime
    disabled: bool


class KeyView(BaseModel):
    """An API key, without the key."""

    id: str
    name: str
    hint: str
    created_at: datetime
    requests_per_minute: int | None = None
    """Requests for media that it may make a minute; None: no limit of its own."""


@dataclass(frozen=True)
class Viewer:
    """Who asks. Every query takes one and answers only what it may see."""

    user_id: str
    name: str
    role: Role
    key_id: str | None = None
    """The API key that the request came with; None: a person in the studio."""
    key_per_minute: int | None = None
    """Requests for media that this key may make a minute."""

    @property
    def is_owner(self) -> bool:
        """Whether this is the owner of the studio, who also operates it."""
        return self.role == "owner"
