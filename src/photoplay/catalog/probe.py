"""Asks vendors once a day which models they have and when those end, so that nobody orders what is gone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay import events
from photoplay.accounts import owner_of_studio
from photoplay.catalog._catalog import Catalog, Offer
from photoplay.catalog.errors import CannotAsk
from photoplay.catalog.health import CheckView, checks_of, note_check
from photoplay.catalog.in_force import recall_changes
from photoplay.catalog.tables import ModelStateRow
from photoplay.catalog.vendor_accounts import VendorAccounts
from photoplay.catalog.vendor_views import without_secrets
from photoplay.catalog.voices import keep_voices
from photoplay.core import clock
from photoplay.core.db import Database
from photoplay.core.http import Http
from photoplay.core.log import Log
from photoplay.events import Hub
from photoplay.providers import Health, ModelState, Probes, ProviderError, Speaks, Unreadable, Voice

EVERY: Final = timedelta(days=1)
_SHOWN: Final = 12
_log = Log("catalog")


@dataclass(frozen=True)
class ModelChange:
    """Something new that a vendor told about one of its models."""

    model: str
    name: str
    change: str
    at: datetime


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

    async def look(self) -> None:
        """Asks every vendor that is on, that tells, that has a usable account, and that was not asked within a day.

        Simulated vendors are not asked: they know nothing of real ends.
        """
        names = [name for name in self._vendors.names() if self._catalog.is_on(name)]
        if not self._vendors.is_sandboxed:
            for name in names:
                if not await self._was_asked_lately(subject_of_models(name)):
                    await self._ask(name)
        await recall_changes(self._db, self._catalog)
        for name in names:
            if not await self._was_asked_lately(_subject_of_voices(name)):
                await self.learn_voices(name)

    async def learn_voices(self, name: str) -> None:
        """Asks a vendor which voices its first usable account has, and keeps their names; what fails waits a day."""
        provider: object = self._vendors.provider(name)
        accounts = await self._db.read(lambda session: self._vendors.usable(session, name))
        if not isinstance(provider, Speaks) or not accounts:
            return
        voices: tuple[Voice, ...] | None = None
        try:
            voices = await provider.voices(accounts[0].access, self._http)
            told = Health(is_ok=True, message=f"{len(voices)} voices told of.")
        except ProviderError as error:
            told = Health(is_ok=False, message=without_secrets(error.message, accounts[0].access))
            _log.warning("voices.failed", provider=name, error=told.message)
        await self._db.write(lambda session: _keep_voices(session, name, voices, told))

    async def look_at(self, name: str) -> CheckView:
        """Asks one vendor at once, and what it said. Raises `UnknownProvider`, `CannotAsk`."""
        title = self._vendors.data_of(name).title
        if self._vendors.is_sandboxed:
            raise CannotAsk("Vendors are simulated here, and know nothing of the real ones' models.")
        if not tells_models(self._vendors.provider(name)):
            raise CannotAsk(f"{title} tells nothing of its models. What is known of them comes with each release.")
        check = await self._ask(name)
        if check is None:
            raise CannotAsk(f"{title} needs a key before it can be asked.")
        await recall_changes(self._db, self._catalog)
        return check

    async def _was_asked_lately(self, subject: str) -> bool:
        last = (await self._db.read(lambda session: checks_of(session, [subject]))).get(subject)
        return last is not None and last.at > clock.now() - EVERY

    async def _ask(self, name: str) -> CheckView | None:
        """Asks a vendor and keeps what it says; None where it tells nothing, or no account can be used."""
        provider: object = self._vendors.provider(name)
        if not isinstance(provider, Probes):
            return None
        accounts = await self._db.read(lambda session: self._vendors.usable(session, name))
        if not accounts:
            return None
        access = accounts[0].access
        try:
            states: Sequence[ModelState] = await provider.probe(access, self._http)
            if _is_empty(states):
                raise Unreadable("Its list has none of the models that are known, so it is not believed.")
            health = Health(is_ok=True, message=f"{len(states)} models told of.")
        except ProviderError as error:
            states, health = (), Health(is_ok=False, message=without_secrets(error.message, access))
            _log.warning("probe.failed", provider=name, error=health.message)
        return await self._db.write(lambda session: self._note(session, name, states, health))

    def _note(self, session: Session, name: str, states: Sequence[ModelState], health: Health) -> CheckView:
        check = note_check(session, subject_of_models(name), health)
        for state in states:
            offer = self._catalog.as_shipped(f"{name}:{state.model}")
            if _store(session, f"{name}:{state.model}", state) and offer is not None:
                self._tell_end(session, offer, state)
        return check

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


def _is_empty(states: Sequence[ModelState]) -> bool:
    """Whether it knows of several models and lists none: an outage or a key without rights, not the end of all at once."""
    return len(states) > 1 and not any(state.is_listed for state in states)


def tells_models(provider: object) -> bool:
    """Whether its vendor tells which models it has."""
    return isinstance(provider, Probes)


def subject_of_models(provider: str) -> str:
    """By what the last look at a vendor's models is kept."""
    return f"models:{provider}"


def _subject_of_voices(provider: str) -> str:
    return f"voices:{provider}"


def _keep_voices(session: Session, name: str, voices: tuple[Voice, ...] | None, told: Health) -> None:
    note_check(session, _subject_of_voices(name), told)
    if voices is not None:
        keep_voices(session, name, voices)


def last_changes(session: Session, catalog: Catalog, provider: str) -> list[ModelChange]:
    """What was new of a vendor's models on offer when it last told, the newest first."""
    names = {offer.card.id: offer.card.name for offer in catalog.offers() if offer.provider == provider}
    query = select(ModelStateRow).where(ModelStateRow.model.in_(names), ModelStateRow.changed_at.is_not(None))
    rows = session.scalars(query.order_by(ModelStateRow.changed_at.desc(), ModelStateRow.model).limit(_SHOWN))
    return [ModelChange(row.model, names[row.model], row.change, row.changed_at or row.seen_at) for row in rows]


def _store(session: Session, model: str, state: ModelState) -> bool:
    """Keeps a state; says whether the model's end became known by it."""
    row = session.get(ModelStateRow, model)
    before = (True, None) if row is None else (row.is_listed, row.shutdown_on)
    if row is None:
        row = ModelStateRow(model=model)
        session.add(row)
    row.is_listed, row.shutdown_on, row.seen_at = state.is_listed, state.shutdown_on, clock.now()
    if before == (state.is_listed, state.shutdown_on):
        return False
    row.change, row.changed_at = _in_words(state), row.seen_at
    return not state.is_listed or state.shutdown_on is not None


def _in_words(state: ModelState) -> str:
    if state.shutdown_on is not None:
        return f"ends on {state.shutdown_on}"
    return "is listed, with no end told" if state.is_listed else "is not listed any more"
