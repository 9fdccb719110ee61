"""Where the owner says that a model stands in its life: offered here or not, until when, and what takes its place."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.catalog._catalog import Catalog, Offer, end_of
from photoplay.catalog.errors import StateInvalid, StateNotFound
from photoplay.catalog.lifecycle import Lifecycle
from photoplay.catalog.set_prices import Note
from photoplay.catalog.tables import SetStateRow
from photoplay.core import clock
from photoplay.core.log import Log

_log = Log("catalog")


class NewState(BaseModel):
    """Where a model is to stand here: `deprecated` needs `until`, `retired` and `unavailable` need a reason.

    `active` offers a model that its vendor was heard not to list any more.
    """

    model_config = ConfigDict(extra="forbid")

    model: str = Field(max_length=120)
    state: Literal["active", "deprecated", "retired", "unavailable"]
    reason: Note = ""
    until: date | None = None
    heir: str | None = Field(default=None, max_length=120)

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.state == "deprecated" and self.until is None:
            raise ValueError("Say until when it is offered.")
        if self.state in ("retired", "unavailable") and not self.reason:
            raise ValueError("Say why it is not offered; everybody who asks for it reads that.")
        return self


class SetStateView(BaseModel):
    """What the owner set of a model's life."""

    model: str
    lifecycle: Lifecycle
    set_by: str
    set_at: datetime


def set_state(session: Session, catalog: Catalog, wanted: NewState, *, set_by: str) -> SetStateView:
    """Keeps where a model stands from now on. Raises `UnknownModel`, `StateInvalid`."""
    offer = catalog.find(wanted.model)
    heir = _heir(catalog, offer, wanted.heir)
    _check_can_be_offered(catalog, offer, wanted)
    row = session.get(SetStateRow, offer.card.id)
    if row is None:
        row = SetStateRow(model=offer.card.id)
        session.add(row)
    row.state, row.reason, row.heir, row.set_by, row.set_at = wanted.state, wanted.reason, heir, set_by, clock.now()
    row.until = wanted.until if wanted.state == "deprecated" else None
    session.flush()
    _log.info("state.set", model=row.model, state=row.state)
    return _view(row)


def drop_state(session: Session, model: str) -> None:
    """What the vendor and the data file say counts again. Raises `StateNotFound`."""
    row = session.get(SetStateRow, model)
    if row is None:
        raise StateNotFound("Nothing was set for this model.")
    _log.info("state.dropped", model=model)
    session.delete(row)


def states_set(session: Session) -> list[SetStateView]:
    """All that the owner set, by model."""
    return [_view(row) for row in session.scalars(select(SetStateRow).order_by(SetStateRow.model))]


def set_lifecycles(session: Session) -> Mapping[str, Lifecycle]:
    """The same as the catalogue takes it."""
    return {view.model: view.lifecycle for view in states_set(session)}


def _heir(catalog: Catalog, offer: Offer, heir: str | None) -> str | None:
    if not heir:
        return None
    found = catalog.find(heir).card.id
    if found == offer.card.id:
        raise StateInvalid("A model cannot take its own place.", fields={"heir": "Name another model."})
    return found


def _check_can_be_offered(catalog: Catalog, offer: Offer, wanted: NewState) -> None:
    shipped = catalog.as_shipped(offer.card.id) or offer
    if wanted.state in ("active", "deprecated") and not shipped.lifecycle.can_order:
        raise StateInvalid(
            f"It cannot be offered. {end_of(shipped)}", fields={"state": "This model is over, or was never here."}
        )


def _view(row: SetStateRow) -> SetStateView:
    is_over = row.state in ("retired", "unavailable")
    life = Lifecycle.model_validate(
        {
            "state": row.state,
            "since": row.set_at.date() if is_over else None,
            "until": row.until,
            "heir": row.heir,
            "reason": row.reason or None,
            "set_by": row.set_by,
        }
    )
    return SetStateView(model=row.model, lifecycle=life, set_by=row.set_by, set_at=row.set_at)
