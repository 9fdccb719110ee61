"""What the owner sets of a vendor as a whole: whether anything is ordered from it, and its usual model for each operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.catalog._catalog import Catalog, SetVendor, end_of
from photoplay.catalog.errors import DefaultInvalid, UnknownProvider
from photoplay.catalog.tables import VendorSettingsRow
from photoplay.core import clock
from photoplay.core.log import Log

_MOST_OPERATIONS: Final = 40
_log = Log("catalog")


class VendorChange(BaseModel):
    """What is to be changed of a vendor; what is left out stays.

    A vendor that is off takes no new orders; those that are out are followed to their end. `default_models` are meant where
    a request names the vendor as its model, by operation; null takes one back.
    """

    model_config = ConfigDict(extra="forbid")

    is_on: bool = True
    default_models: dict[str, str | None] = Field(
        default_factory=dict, max_length=_MOST_OPERATIONS, examples=[{"text-to-image": "openai:gpt-image-2"}]
    )


@dataclass(frozen=True)
class VendorWas:
    """How a vendor stood before a change, so that it can be undone."""

    is_on: bool = True
    default_models: Mapping[str, str] = field(default_factory=dict)


def change_vendor(
    session: Session, catalog: Catalog, provider: str, changes: Mapping[str, Any], *, set_by: str
) -> VendorWas:
    """Changes what `changes` has of the fields of `VendorChange`; returns how it stood before.

    Raises `UnknownProvider`, `DefaultInvalid`.
    """
    if provider not in catalog.vendors():
        raise UnknownProvider(f'There is no provider "{provider}".')
    row = session.get(VendorSettingsRow, provider, with_for_update=True)
    if row is None:
        row = VendorSettingsRow(provider=provider, is_on=True, default_models={})
        session.add(row)
    was = VendorWas(row.is_on, dict(row.default_models))
    row.is_on = changes.get("is_on", row.is_on)
    wanted = _checked(catalog, provider, changes.get("default_models", {}))
    merged = {**row.default_models, **wanted}
    row.default_models = {operation: model for operation, model in merged.items() if model is not None}
    row.set_by, row.set_at = set_by, clock.now()
    session.flush()
    _log.info("vendor.set", provider=provider, is_on=row.is_on)
    return was


def set_vendors(session: Session) -> Mapping[str, SetVendor]:
    """All that was set, by vendor, as the catalogue takes it."""
    rows = session.scalars(select(VendorSettingsRow))
    return {row.provider: SetVendor(row.is_on, dict(row.default_models), row.set_by) for row in rows}


def _checked(catalog: Catalog, provider: str, wanted: Mapping[str, str | None]) -> dict[str, str | None]:
    """The same with whole ids. Raises `DefaultInvalid`, by operation."""
    wrong = {
        operation: why
        for operation, model in wanted.items()
        if model and (why := _wrong(catalog, provider, operation, model))
    }
    if wrong:
        raise DefaultInvalid("This model cannot be the default.", fields=wrong)
    return {operation: catalog.id_of(model) if model else None for operation, model in wanted.items()}


def _wrong(catalog: Catalog, provider: str, operation: str, model: str) -> str | None:
    offer = catalog.as_shipped(catalog.id_of(model))
    if offer is None or offer.provider != provider:
        return f'This vendor has no model "{model}".'
    if operation not in offer.card.operations:
        return f"{offer.card.name} does not do {operation}."
    now = catalog.find(offer.card.id)
    return None if now.lifecycle.can_order or now.lifecycle.is_vendor_off else end_of(now)
