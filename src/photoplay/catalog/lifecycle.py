"""Where a model stands in its life. Data of the vendor's file, with source and date."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Lifecycle(BaseModel):
    """`until` for deprecated, `since` and `heir` (a model id or bare name) for retired, `reason` for unavailable."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Literal["active", "deprecated", "retired", "unavailable"] = "active"
    since: date | None = None
    until: date | None = None
    heir: str | None = None
    reason: str | None = None
    source: str | None = None
    """Where this was read."""
    set_by: str | None = None
    """Who set it in this studio; None: the vendor's doing."""
    is_vendor_off: bool = False
    """Whether it cannot be ordered only because its vendor is switched off in this studio."""

    @property
    def can_order(self) -> bool:
        """Whether an order can be given at all."""
        return self.state in ("active", "deprecated")

    def on(self, day: date) -> "Lifecycle":
        """As it stands on this day: what is deprecated until then is retired after it."""
        if self.state == "deprecated" and self.until is not None and self.until < day:
            return self.model_copy(update={"state": "retired", "since": self.until})
        return self
