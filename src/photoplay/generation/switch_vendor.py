"""Switches a vendor off or on, and sets its usual models: what waits for it is looked at again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from photoplay import catalog
from photoplay.catalog import VendorWas
from photoplay.generation.breaker import look_again
from photoplay.generation.runtime import Runtime


def switch_vendor(
    session: Session, runtime: Runtime, provider: str, changes: Mapping[str, Any], *, set_by: str
) -> VendorWas:
    """Changes a vendor as `catalog.change_vendor` does, in force once this is on disk; returns how it stood before.

    What waits for a vendor that is off now goes to another model where that was allowed, else it ends at no cost. Orders
    that are out are followed to their end. Raises `UnknownProvider`, `DefaultInvalid`.
    """
    was = catalog.change_vendor(session, runtime.catalog, provider, changes, set_by=set_by)
    catalog.recall_after_commit(session, runtime.catalog)
    look_again(session, runtime, provider)
    return was
