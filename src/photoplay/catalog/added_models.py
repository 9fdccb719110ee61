"""Models that an operator adds beside those of the package: described by their vendor, priced, kept, and on offer at once."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay.catalog._catalog import Catalog, Offer
from photoplay.catalog.added_views import (
    FOR_NOTHING,
    GIVEN_CHARACTERS,
    AddedModelChange,
    AddedModelView,
    AddingView,
    NewAddedModel,
    OwnPrice,
)
from photoplay.catalog.data_file import ModelData
from photoplay.catalog.errors import (
    AddedModelNotFound,
    ModelAtWork,
    ModelNotAdded,
    ModelThere,
    UnknownModel,
    UnknownProvider,
)
from photoplay.catalog.lifecycle import Lifecycle
from photoplay.catalog.prices import PriceRule
from photoplay.catalog.tables import AddedModelRow
from photoplay.catalog.vendor_accounts import VendorAccounts
from photoplay.catalog.vendor_views import ENVIRONMENT, VendorAccount, without_secrets
from photoplay.catalog.views import price_text
from photoplay.core import clock
from photoplay.core.db import Database
from photoplay.core.http import Http
from photoplay.core.ids import new_id
from photoplay.core.log import Log
from photoplay.providers import (
    Describes,
    Description,
    ModelCard,
    NoOptions,
    ProviderError,
    Suggests,
)

ID_CHARACTERS: Final = 120
MOST: Final = 300
_log = Log("catalog")


class AddedModels:
    """Looks after them. `at_work` tells which models orders are out with."""

    def __init__(
        self,
        db: Database,
        catalog: Catalog,
        vendors: VendorAccounts,
        *,
        http: Http,
        at_work: Callable[[Session], set[str]],
    ) -> None:
        self._db, self._catalog, self._vendors = db, catalog, vendors
        self._http, self._at_work = http, at_work
        self._seen: tuple[int, datetime | None] = (0, None)

    async def ways(self) -> list[AddingView]:
        """The providers whose models can be added, those that can be asked now first."""
        known = {name: self._provider(name) for name in self._vendors.names() if self._can_add(name)}
        usable = await self._db.read(
            lambda session: {name: bool(self._vendors.usable(session, name)) for name in known}
        )
        views = [self._way(name, provider, is_usable=usable[name]) for name, provider in known.items()]
        return sorted(views, key=lambda view: (view.needs_key is not None, view.title.lower()))

    async def suggest(self, provider_name: str) -> list[str]:
        """References that a provider tells of and that are not added yet. Raises `UnknownProvider`, `ModelNotAdded`."""
        provider: object = self._provider(provider_name)
        if not isinstance(provider, Suggests):
            return []
        told: dict[str, None] = {}
        for account in await self._accounts(provider_name, None):
            try:
                told |= dict.fromkeys(await provider.suggest(account.access, self._http))
            except ProviderError as error:
                _log.warning("suggestions.failed", account=account.subject, error=error.message)
        there = {view.reference for view in await self.views() if view.provider == provider_name}
        return [name for name in told if name not in there]

    async def views(self) -> list[AddedModelView]:
        """Those that are not removed, the newest first."""
        rows = await self._db.read(_rows)
        return [self._view(row) for row in rows if row.removed_at is None]

    async def view(self, added_id: str) -> AddedModelView:
        """One of them. Raises `AddedModelNotFound`."""
        return self._view(await self._db.read(lambda session: _row(session, added_id)))

    async def add(self, wanted: NewAddedModel) -> AddedModelView:
        """Asks its vendor about a model, keeps what it says, and offers it at once.

        Raises `UnknownProvider`, `ModelNotAdded` with the vendor's reason, `ModelThere`.
        """
        provider, reference = self._provider(wanted.provider), wanted.reference.strip()
        described, account = await self._described(wanted.provider, reference, wanted.given, wanted.account)
        card, model = _card(provider, described), f"{wanted.provider}:{described.model}"
        prices = _own_rules(wanted.prices, card) or _told_rules(provider, described, card)
        values = {
            "reference": reference,
            "account": account,
            "title": wanted.title.strip() or card.name[:80],
            "given": dict(described.given or wanted.given),
            "document": dict(described.document),
            "prices": prices,
            "has_own_prices": bool(wanted.prices),
            "described_at": clock.now(),
            "removed_at": None,
        }
        row = await self._db.write(lambda session: self._insert(session, wanted.provider, model, values))
        _log.info("model.added", model=model)
        self._catalog.place([self._offer(row)])
        return self._view(row)

    async def change(self, added_id: str, wanted: AddedModelChange) -> AddedModelView:
        """Changes its title, its price, or what was said of it, which asks the vendor anew. Raises as `add` and `refresh`."""
        row = await self._db.read(lambda session: _row(session, added_id))
        changes: dict[str, Any] = {} if wanted.title is None else {"title": wanted.title.strip()}
        if wanted.given is not None:
            changes |= await self._anew(row, wanted.given)
        if wanted.prices:
            card = _card(self._provider(row.provider), _description({**_kept(row), **changes}))
            changes |= {"prices": _own_rules(wanted.prices, card), "has_own_prices": True}
        elif wanted.prices is not None:
            row.has_own_prices = False
            changes |= {**await self._anew(row, changes.get("given", row.given)), "has_own_prices": False}
        return await self._changed(added_id, changes)

    async def refresh(self, added_id: str) -> AddedModelView:
        """Asks the vendor anew. A price that the operator set stays.

        Raises `AddedModelNotFound`, `ModelNotAdded` (then all stays as it was), `ModelAtWork`.
        """
        row = await self._db.read(lambda session: _row(session, added_id))
        return await self._changed(added_id, await self._anew(row, row.given))

    async def remove(self, added_id: str) -> None:
        """Nothing new is ordered from it. What it made, and what is out, stays. Raises `AddedModelNotFound`."""
        await self._changed(added_id, {"removed_at": clock.now()}, even_at_work=True)

    async def recall(self) -> None:
        """Puts into the catalogue what was added or changed since the last look, also by another process."""
        now = await self._db.read(_newest)
        if now != self._seen:
            self._catalog.place([self._offer(row) for row in await self._db.read(_rows)])
            self._seen = now

    async def known_before(self, look: Callable[[], Awaitable[None]]) -> None:
        """Looks for work once every model is known of which another process of this studio may have taken orders."""
        if not self._db.is_sqlite:
            await self.recall()
        await look()

    async def _anew(self, row: AddedModelRow, given: Mapping[str, Any]) -> dict[str, Any]:
        """What changes when it is described anew."""
        provider = self._provider(row.provider)
        described, _account = await self._described(row.provider, row.reference, given, row.account)
        if described.model != row.model.partition(":")[2]:
            raise ModelNotAdded("This is another model now: add it as a new one.")
        card = _card(provider, described)
        changes = {
            "given": dict(described.given or given),
            "document": dict(described.document),
            "described_at": clock.now(),
        }
        if row.has_own_prices:
            return changes
        return {**changes, "prices": _told_rules(provider, described, card)}

    async def _changed(
        self, added_id: str, changes: Mapping[str, Any], *, even_at_work: bool = False
    ) -> AddedModelView:
        def _change(session: Session) -> AddedModelRow:
            row = _row(session, added_id)
            if "document" in changes and not even_at_work and row.model in self._at_work(session):
                raise ModelAtWork("Orders are out with this model. Try again when they are done.")
            for name, value in {**changes, "changed_at": clock.now()}.items():
                setattr(row, name, value)
            session.flush()
            return row

        row = await self._db.write(_change)
        _log.info("model.changed", model=row.model, fields=",".join(sorted(changes)))
        self._catalog.place([self._offer(row)])
        return self._view(row)

    async def _described(
        self, provider_name: str, reference: str, given: Mapping[str, Any], at: str | None
    ) -> tuple[Description, str | None]:
        """What its vendor says, and the account that said it where the others may not have it."""
        provider = self._provider(provider_name)
        if len(json.dumps(given)) > GIVEN_CHARACTERS:
            raise ModelNotAdded(f"At most {GIVEN_CHARACTERS:,} characters can be kept of a model.")
        try:
            provider.adding.wants.model_validate(given)
        except ValidationError as error:
            fields = {".".join(str(part) for part in one["loc"]): one["msg"] for one in error.errors()}
            raise ModelNotAdded("Something is missing or wrong.", fields=fields) from error
        refusal = ModelNotAdded("Nobody could be asked.")
        for account in await self._accounts(provider_name, at):
            try:
                told = await provider.describe(reference, given, account.access, self._http)
                return told, (account.id or ENVIRONMENT) if provider.adding.is_own else None
            except ProviderError as error:
                refusal = ModelNotAdded(without_secrets(error.message, account.access))
        raise refusal

    async def _accounts(self, provider_name: str, at: str | None) -> list[VendorAccount]:
        """Those that can be asked: a vendor's first, as all of them know the same, and each server of one's own."""
        found = await self._db.read(lambda session: self._vendors.usable(session, provider_name))
        found = [one for one in found if at is None or at == (one.id or ENVIRONMENT)]
        if not found:
            title = self._vendors.title_of(provider_name)
            needed = self._vendors.needs_key_for(provider_name) if at is None else None
            raise ModelNotAdded(needed or f"{title} has no such account that can be used now.")
        return found if self._provider(provider_name).adding.is_own else found[:1]

    def _insert(self, session: Session, provider: str, model: str, values: Mapping[str, Any]) -> AddedModelRow:
        row = session.scalar(select(AddedModelRow).where(AddedModelRow.model == model))
        if len(model) > ID_CHARACTERS:
            raise ModelNotAdded(f"Its name is too long: {len(model)} characters, {ID_CHARACTERS} are kept.")
        if (row is not None and row.removed_at is None) or (row is None and self._is_shipped(model)):
            raise ModelThere(f'The studio has the model "{model}" already.')
        if row is None:
            if (session.scalar(select(func.count()).select_from(AddedModelRow)) or 0) >= MOST:
                raise ModelNotAdded(f"At most {MOST} models can be added.")
            row = AddedModelRow(id=new_id("mod"), model=model, provider=provider, created_at=clock.now())
            session.add(row)
        for name, value in {**values, "changed_at": clock.now()}.items():
            setattr(row, name, value)
        session.flush()
        return row

    def _is_shipped(self, model: str) -> bool:
        try:
            return self._catalog.find(model).card.id == model
        except UnknownModel:
            return False

    def _can_add(self, name: str) -> bool:
        provider: object = self._vendors.provider(name)
        return isinstance(provider, Describes)

    def _provider(self, name: str) -> Describes:
        provider: object = self._vendors.provider(name)
        if not isinstance(provider, Describes):
            able = ", ".join(one for one in self._vendors.names() if self._can_add(one))
            raise UnknownProvider(f'No models can be added of "{name}". Of these they can: {able}.')
        return provider

    def _way(self, name: str, provider: Describes, *, is_usable: bool) -> AddingView:
        facts, adding = self._vendors.data_of(name), provider.adding
        return AddingView(
            provider=name,
            title=facts.title,
            about=facts.about,
            reference=adding.reference,
            example=adding.example,
            form=adding.wants.model_json_schema(),
            is_own=adding.is_own,
            can_suggest=isinstance(provider, Suggests),
            needs_key=None if is_usable else self._vendors.needs_key_for(name),
        )

    def _offer(self, row: AddedModelRow) -> Offer:
        """A row as the catalogue has it. One that no card can be made of any more is found, and not ordered."""
        provider: object = self._vendors.provider(row.provider)
        life = Lifecycle()
        try:
            if not isinstance(provider, Describes):
                raise ModelNotAdded("this studio has no such provider any more")
            card = replace(_card(provider, _description(_kept(row))), name=row.title)
        except ModelNotAdded as error:
            card = ModelCard(row.model, row.title, self._vendors.title_of(row.provider), (), "", options=NoOptions)
            life = Lifecycle(state="unavailable", reason=error.message)
        if row.removed_at is not None:
            life = Lifecycle(state="unavailable", reason=f"it was removed from this studio on {row.removed_at.date()}")
        data = ModelData(lifecycle=life, prices=tuple(PriceRule.model_validate(rule) for rule in row.prices))
        facts = self._catalog.facts(row.provider)
        return Offer(card, row.provider, data, facts, described=row.document, is_added=True, account=row.account)

    def _in_force(self, row: AddedModelRow) -> Offer:
        """As it is on offer, with the prices and the end that the owner set beside."""
        try:
            return self._catalog.find(row.model)
        except UnknownModel:
            return self._offer(row)

    def _view(self, row: AddedModelRow) -> AddedModelView:
        offer = self._in_force(row)
        missing = [name for name in offer.card.operations if not any(rule.operation == name for rule in offer.prices)]
        problem = None if offer.lifecycle.can_order else f"It cannot be ordered: {offer.lifecycle.reason}."
        if missing and problem is None:
            problem = f"It has no price for {', '.join(missing)}. Set one: nothing is ordered without."
        return AddedModelView(
            id=row.id,
            model=row.model,
            provider=row.provider,
            provider_title=self._vendors.title_of(row.provider),
            reference=row.reference,
            account=row.account,
            title=row.title,
            operations=list(offer.card.operations),
            options=list(offer.card.options.model_fields),
            price_text=price_text(offer.prices),
            prices={rule.operation: rule.in_words() for rule in offer.prices},
            has_own_prices=row.has_own_prices,
            own_price=_own_price(row),
            given=row.given,
            problem=problem,
            described_at=row.described_at,
            created_at=row.created_at,
        )


def _card(provider: Describes, described: Description) -> ModelCard:
    """Raises `ModelNotAdded`."""
    try:
        return provider.card_of(described)
    except ProviderError as error:
        raise ModelNotAdded(error.message) from error


def _kept(row: AddedModelRow) -> dict[str, Any]:
    return {"model": row.model, "document": row.document}


def _description(kept: Mapping[str, Any]) -> Description:
    return Description(str(kept["model"]).partition(":")[2], kept["document"])


def _own_rules(prices: Sequence[OwnPrice], card: ModelCard) -> list[dict[str, Any]]:
    """Raises `ModelNotAdded` for a price of what the model does not do."""
    wrong = [one.operation for one in prices if one.operation is not None and one.operation not in card.operations]
    if wrong:
        raise ModelNotAdded(
            f"{card.name} does {', '.join(card.operations)}, not {wrong[0]}.", fields={"prices": wrong[0]}
        )
    today = clock.now().date()
    return [rule.model_dump(mode="json") for one in prices for rule in one.rules(card.operations, today)]


def _own_price(row: AddedModelRow) -> OwnPrice | None:
    if not row.has_own_prices:
        return None
    first = row.prices[0]
    return OwnPrice(operation=first["operation"], unit=first["unit"], cost_usd=first["cost_usd"])


def _told_rules(provider: Describes, described: Description, card: ModelCard) -> list[dict[str, Any]]:
    """The vendor's prices, or nothing for a machine of one's own; empty where nobody tells."""
    told = [PriceRule.model_validate({"read_on": clock.now().date(), **rule}) for rule in described.prices]
    return [rule.model_dump(mode="json") for rule in told] or _default_rules(provider, card)


def _default_rules(provider: Describes, card: ModelCard) -> list[dict[str, Any]]:
    if not provider.adding.is_own:
        return []
    rules = OwnPrice(unit="run").rules(card.operations, clock.now().date(), source=FOR_NOTHING)
    return [rule.model_dump(mode="json") for rule in rules]


def _row(session: Session, added_id: str) -> AddedModelRow:
    row = session.get(AddedModelRow, added_id)
    if row is None or row.removed_at is not None:
        raise AddedModelNotFound("No such model was added to this studio.")
    return row


def _rows(session: Session) -> list[AddedModelRow]:
    return list(session.scalars(select(AddedModelRow).order_by(AddedModelRow.id.desc())))


def _newest(session: Session) -> tuple[int, datetime | None]:
    count, newest = session.execute(select(func.count(), func.max(AddedModelRow.changed_at))).one()
    return count, newest
