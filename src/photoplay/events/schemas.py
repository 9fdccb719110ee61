"""An event as every door tells it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class EventView(BaseModel):
    """`id` is the owner's own gapless number; `event` the name of the fact; `data` what it is about."""

    id: int
    event: str
    data: dict[str, Any]
    at: datetime
