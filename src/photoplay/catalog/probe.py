"""Asks vendors once a day which models they have and when those end, so that nobody orders what is gone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay import events
from photoplay.accounts import owner_of_studio
from photoplay.catalog._catalog import Catalog, Offer
from photoplay.catalog.health import checks_of, note_check
from photoplay.catalog.lifecycle import Lifecycle
from photoplay.catalog.tables import ModelStateRow
from photoplay.catalog.vendor_accounts import VendorAccounts
from photoplay.catalog.vendor_views import without_secrets
from photoplay.core import clock
from photoplay.core.db import Database
from photoplay.core.http import Http
from photoplay.core.log import Log
from photoplay.events import Hub
from photoplay.providers import Health, ModelState, Probes, ProviderError

EVERY: Final = timedelta(days=1)
_log = Log("catalog")


@dataclass(frozen=True)
class Known:
    """What a vendor last told about one of its models, and on which day."""

    is_listed: bool
    shutdown_on: date | None
    seen_on: date


def apply_states(offers: Iterable[Offer], states: Mapping[str, Known]) -> list[Offer]:
    """The offers with the ends that their vendors tell, by the model's id. What our data says to be over stays over."""
    return [_with_state(offer, states[offer.card.id]) if offer.card.id in states else offer for offer in offers]


class Prober:
    """Looks after the states of models. `in_use` tells which models people have lately used."""

    def __init__(
        self,
        db: Database,
        catalog: Catalog,
        vendors: VendorAccounts,
        *,
        http: Http,
        hub: Hub,
        in_use: Callable[[Session], set[str]],
    ) -> None:
        self._db, self._catalog, self._vendors = db, catalog, vendors
        self._http, self._hub, self._in_use = http, hub, in_use
        self._as_shipped = catalog.offers()

    async def look(self) -> None:
        """Asks every vendor that tells, that has a usable account, and that was not asked within a day.

        Simulated vendors are not asked: they know nothing of real ends.
        """
        if not self._vendors.is_sandboxed:
            for name in self._vendors.names():
                provider: object = self._vendors.provider(name)
                if isinstance(provider, Probes):
                    await self._ask(name, provider)
        await self.recall()

    async def recall(self) -> None:
        """Puts what is known of models into the catalogue."""
        states = await self._db.read(_known)
        self._catalog.replace(apply_states(self._as_shipped, states))

    async def _ask(self, name: str, provider: Probes) -> None:
        accounts, last = await self._db.read(
            lambda session: (self._vendors.usable(session, name), checks_of(session, [_subject(name)]))
        )
        asked = last.get(_subject(name))
        if not accounts or (asked is not None and asked.at > clock.now() - EVERY):
            return
        access = accounts[0].access
        try:
            states: Sequence[ModelState] = await provider.probe(access, self._http)
            health = Health(is_ok=True, message=f"{len(states)} models told of.")
        except ProviderError as error:
            states, health = (), Health(is_ok=False, message=without_secrets(error.message, access))
            _log.warning("probe.failed", provider=name, error=health.message)
        await self._db.write(lambda session: self._note(session, name, states, health))

    def _note(self, session: Session, name: str, states: Sequence[ModelState], health: Health) -> None:
        note_check(session, _subject(name), health)
        offers = {offer.card.id: offer for offer in self._as_shipped}
        for state in states:
            model = f"{name}:{state.model}"
            if _store(session, model, state) and model in offers:
                self._tell_end(session, offers[model], state)

    def _tell_end(self, session: Session, offer: Offer, state: ModelState) -> None:
        """A model that was used lately is about to end at its vendor, or is not listed there any more. For the owner."""
        owner = owner_of_studio(session)
        if owner is None or offer.card.id not in self._in_use(session):
            return
        when = f"ends on {state.shutdown_on}" if state.shutdown_on else "is not listed by its vendor any more"
        heir = f' Its heir is "{offer.lifecycle.heir}".' if offer.lifecycle.heir else ""
        until = None if state.shutdown_on is None else state.shutdown_on.isoformat()
        facts = {"model": offer.card.id, "until": until, "message": f"{offer.card.name} {when}.{heir}"}
        events.record(session, self._hub, owner.id, "model.ending", facts)


def _subject(provider: str) -> str:
    return f"models:{provider}"


def _known(session: Session) -> dict[str, Known]:
    rows = session.scalars(select(ModelStateRow))
    return {row.model: Known(row.is_listed, row.shutdown_on, row.seen_at.date()) for row in rows}


def _store(session: Session, model: str, state: ModelState) -> bool:
    """Keeps a state; says whether the model's end became known by it."""
    row = session.get(ModelStateRow, model)
    before = (True, None) if row is None else (row.is_listed, row.shutdown_on)
    if row is None:
        row = ModelStateRow(model=model)
        session.add(row)
    row.is_listed, row.shutdown_on, row.seen_at = state.is_listed, state.shutdown_on, clock.now()
    return before != (row.is_listed, row.shutdown_on) and not (row.is_listed and row.shutdown_on is None)


def _with_state(offer: Offer, known: Known) -> Offer:
    life = offer.data.lifecycle
    if not life.on(clock.now().date()).can_order:
        return offer
    return replace(offer, data=offer.data.model_copy(update={"lifecycle": _ending(life, known)}))


def _ending(life: Lifecycle, known: Known) -> Lifecycle:
    if known.shutdown_on is not None:
        return life.model_copy(update={"state": "deprecated", "until": known.shutdown_on})
    if not known.is_listed:
        reason = f"its vendor does not list it any more, as of {known.seen_on}"
        return life.model_copy(update={"state": "unavailable", "reason": reason})
    return life
