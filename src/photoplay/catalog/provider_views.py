"""What the doors tell of vendors: whether orders can be given to them now, and what to do where not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from photoplay.catalog._catalog import Catalog, Offer, end_of
from photoplay.catalog.account_fields import account_fields
from photoplay.catalog.errors import UnknownProvider
from photoplay.catalog.tokens import counts_tokens
from photoplay.catalog.vendor_accounts import VendorAccounts
from photoplay.catalog.vendor_views import ProviderView, State
from photoplay.providers import Tests


@dataclass(frozen=True)
class Resting:
    """A vendor that gets no orders for a while, and why, in a sentence."""

    until: datetime
    message: str


def provider_views(
    session: Session,
    catalog: Catalog,
    vendors: VendorAccounts,
    *,
    resting: Mapping[str, Resting],
    with_accounts: bool = False,
) -> list[ProviderView]:
    """All vendors, by the order they are known in. Accounts are for the owner only."""
    offers: dict[str, list[Offer]] = {}
    for offer in catalog.offers():
        offers.setdefault(offer.provider, []).append(offer)
    names = dict.fromkeys([*vendors.names(), *offers])
    views = [_view(session, vendors, name, offers.get(name, []), rest=resting.get(name)) for name in names]
    views = [_as_set(view, catalog) for view in views]
    for view in views:
        accounts = vendors.views(session, view.name) if view.name in vendors.names() else []
        checks = [account.last_test for account in accounts if account.last_test is not None]
        view.health = max(checks, key=lambda check: check.at, default=None)
        if with_accounts and accounts:
            view.accounts = accounts
        elif view.health is not None:
            view.health = view.health.model_copy(update={"message": "", "balance": None})
    return views


def provider_view(views: Sequence[ProviderView], name: str) -> ProviderView:
    """The one of this name. Raises `UnknownProvider`."""
    for view in views:
        if view.name == name:
            return view
    raise UnknownProvider(f'There is no provider "{name}". Known are: {", ".join(view.name for view in views)}.')


def _view(
    session: Session, vendors: VendorAccounts, name: str, offers: Sequence[Offer], *, rest: Resting | None
) -> ProviderView:
    provider = vendors.provider(name)
    orderable = [offer for offer in offers if offer.lifecycle.can_order]
    needs_key = vendors.needs_key_for(name) if provider and not vendors.usable(session, name) else None
    state, message = _state(offers, is_orderable=bool(provider and orderable), needs_key=needs_key, rest=rest)
    facts = offers[0].facts if offers else None
    access = None if provider is None else provider.settings
    return ProviderView(
        name=name,
        title=vendors.title_of(name) if provider else (facts.title if facts and facts.title else name),
        about=facts.about if facts else "",
        state=state,
        message=message,
        needs_key_for=needs_key,
        keys_at=facts.keys_at if facts else "",
        resting_until=rest.until if rest and state == "resting" else None,
        models=[offer.card.id for offer in orderable],
        settings={field: field in access.secret_names() for field in access.model_fields} if access else {},
        can_test=isinstance(provider, Tests),
        fields=account_fields(access) if access else [],
        usual_in_flight=facts.in_flight if facts else None,
        usual_requests_per_minute=facts.requests_per_minute if facts else None,
        usual_tokens_per_minute=facts.tokens_per_minute if facts else None,
        counts_tokens=any(counts_tokens(offer.data) for offer in offers),
        health=None,
    )


def _as_set(view: ProviderView, catalog: Catalog) -> ProviderView:
    """With what the owner set of the vendor as a whole."""
    changes: dict[str, object] = {"default_models": dict(catalog.default_models(view.name))}
    if not catalog.is_on(view.name):
        changes["is_on"] = False
        if any(offer.lifecycle.is_vendor_off for offer in catalog.offers() if offer.provider == view.name):
            message = (
                f"{view.title} is switched off: it takes no new orders. Those that are out are followed to their end."
            )
            changes |= {"state": "off", "message": message, "resting_until": None}
    return view.model_copy(update=changes)


def _state(
    offers: Sequence[Offer], *, is_orderable: bool, needs_key: str | None, rest: Resting | None
) -> tuple[State, str]:
    if not is_orderable:
        return "unavailable", end_of(offers[0]) if offers else "It has no models."
    if needs_key is not None:
        return "no_key", needs_key
    if rest is not None:
        return "resting", rest.message
    return "ready", ""
