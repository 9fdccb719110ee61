"""All that the owner is told of a vendor, put together from the rooms that know it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel
from sqlalchemy.orm import Session

from photoplay import catalog, generation
from photoplay.bootstrap import Studio
from photoplay.catalog import CheckView, ProviderView
from photoplay.generation import VendorRecord
from photoplay.providers import Receives


class CallsView(BaseModel):
    """Where a vendor calls when an order has news. `with-orders`: each order carries its address, so nothing is to be set.

    `address`: what to give the vendor; None where vendors cannot reach this studio. `last`: what came of its last call.
    """

    way: Literal["with-orders", "set-there"]
    address: str | None
    last: CheckView | None


class ChangeView(BaseModel):
    """Something new that a vendor told about one of its models."""

    model: str
    name: str
    change: str
    at: datetime


class ModelsTold(BaseModel):
    """What a vendor tells of its models. `last`: when it was asked, and what came of it."""

    last: CheckView | None
    changes: list[ChangeView]


class ProviderReport(ProviderView):
    """A vendor as the owner sees it: with its accounts, how it has served, its calls, and what it tells of its models."""

    record: VendorRecord
    calls: CallsView | None
    models_told: ModelsTold | None


def provider_reports(session: Session, studio: Studio) -> list[ProviderReport]:
    """Every vendor, for the owner."""
    runtime = studio.runtime
    views = catalog.provider_views(
        session, runtime.catalog, runtime.vendors, resting=generation.resting(session), with_accounts=True
    )
    return [_report(session, studio, view) for view in views]


def provider_report(session: Session, studio: Studio, name: str) -> ProviderReport:
    """One vendor, for the owner. Raises `UnknownProvider`."""
    runtime = studio.runtime
    views = catalog.provider_views(
        session, runtime.catalog, runtime.vendors, resting=generation.resting(session), with_accounts=True
    )
    return _report(session, studio, catalog.provider_view(views, name))


def _report(session: Session, studio: Studio, view: ProviderView) -> ProviderReport:
    return ProviderReport(
        **view.model_dump(),
        record=generation.vendor_record(session, view.name),
        calls=_calls(session, studio, view.name),
        models_told=_models_told(session, studio, view.name),
    )


def _calls(session: Session, studio: Studio, name: str) -> CallsView | None:
    runtime = studio.runtime
    if not isinstance(runtime.providers.get(name), Receives):
        return None
    subject = catalog.subject_of_calls(name)
    way = runtime.catalog.facts(name).calls or "set-there"
    address = runtime.public.hook(name) if way == "set-there" else None
    return CallsView(way=way, address=address, last=catalog.checks_of(session, [subject]).get(subject))


def _models_told(session: Session, studio: Studio, name: str) -> ModelsTold | None:
    runtime = studio.runtime
    if not catalog.tells_models(runtime.providers.get(name)):
        return None
    subject = catalog.subject_of_models(name)
    changes = catalog.last_changes(session, runtime.catalog, name)
    return ModelsTold(
        last=catalog.checks_of(session, [subject]).get(subject),
        changes=[ChangeView(model=one.model, name=one.name, change=one.change, at=one.at) for one in changes],
    )
