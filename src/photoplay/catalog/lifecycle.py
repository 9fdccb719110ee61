"""Where a model stands in its life. Data of the vendor's file, with source and date."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Lifecycle(BaseModel):
    """`until` for deprecated, `heir` (a model id) for deprecated and retired, `reason` for unavailable."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Literal["active", "deprecated", "retired", "unavailable"] = "active"
    until: date | None = None
    heir: str | None = None
    reason: str | None = None

    @property
    def can_order(self) -> bool:
        """Whether an order can be given at all."""
        return self.state in ("active", "deprecated")
