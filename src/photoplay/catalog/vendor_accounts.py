"""Accounts at vendors: one per provider from the environment, more as rows, whose settings are sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, cast

import orjson
from pydantic import ValidationError
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from photoplay.catalog.account_fields import as_json, settings_apart, variable_of, what_is_wrong
from photoplay.catalog.data_file import ProviderFacts, vendor_data
from photoplay.catalog.errors import AccountFixed, AccountInvalid, AccountNotFound, RealKeyRefused, UnknownProvider
from photoplay.catalog.health import CheckView, checks_of, forget_check, lately_refused, note_check
from photoplay.catalog.tables import VendorAccountRow
from photoplay.catalog.tokens import counts_tokens
from photoplay.catalog.vendor_views import (
    ENVIRONMENT,
    NewVendorAccount,
    Turn,
    VendorAccount,
    VendorAccountView,
    account_view,
    subject_of,
)
from photoplay.core import clock
from photoplay.core.ids import new_id
from photoplay.core.log import Log
from photoplay.core.rows import table_of
from photoplay.core.seal import Seal, SealBroken
from photoplay.core.settings import SettingsWrong
from photoplay.providers import Health, Provider, ProviderSettings

UNDO_FOR: Final = timedelta(minutes=1)
"""So long a deleted account can be brought back."""
_FRESH_SECONDS: Final = 1.0
"""An order asks for its account several times in its first moments."""
_ROWS: Final = (
    select(VendorAccountRow)
    .where(VendorAccountRow.provider == bindparam("provider"), VendorAccountRow.deleted_at.is_(None))
    .order_by(VendorAccountRow.id)
)
_ROWS_ON: Final = _ROWS.where(VendorAccountRow.is_on).with_only_columns(*table_of(VendorAccountRow).c)
"""Every order asks this: columns, which are read like a row, come in a third of the time."""
_log = Log("catalog")


@dataclass(frozen=True)
class _Opened:
    """The settings of an account as they were sealed, what was in them, and when they were read last."""

    sealed: str
    access: ProviderSettings
    read_at: float = 0.0


class VendorAccounts:
    """All accounts of this studio. With `sandbox`, every provider has one account there and real keys are refused."""

    def __init__(self, providers: Sequence[Provider], seal: Seal, *, sandbox: str | None = None) -> None:
        self._seal, self._sandbox = seal, sandbox
        self._providers = {provider.name: provider for provider in providers}
        self._data = {provider.name: _facts(provider) for provider in providers}
        self._by_tokens = frozenset(provider.name for provider in providers if _bills_tokens(provider))
        self._fixed = {provider.name: _fixed_account(provider, sandbox) for provider in providers}
        self._open: dict[str, _Opened] = {}

    @property
    def is_sandboxed(self) -> bool:
        """Whether every vendor is a simulated one."""
        return self._sandbox is not None

    def names(self) -> tuple[str, ...]:
        """The providers, in the order they are known."""
        return tuple(self._providers)

    def provider(self, name: str) -> Provider | None:
        """The adapter of this name; None where there is none."""
        return self._providers.get(name)

    def title_of(self, provider: str) -> str:
        """The vendor as people call it."""
        data = self._data.get(provider)
        return provider if data is None else data.title

    def data_of(self, provider: str) -> ProviderFacts:
        """What the provider's data file says of the vendor itself. Raises `UnknownProvider`."""
        self._check_provider(provider)
        return self._data[provider]

    def usable(self, session: Session, provider: str) -> list[VendorAccount]:
        """The accounts with which orders can be given now, the environment's first."""
        if provider not in self._providers:
            return []
        fixed = self._account(provider)
        found = [] if fixed.access.missing() else [fixed]
        if self._sandbox is None:
            rows = cast("list[VendorAccountRow]", session.execute(_ROWS_ON, {"provider": provider}).all())
            opened = [account for row in rows if (account := self._try(row)) is not None]
            found += [account for account in opened if not account.access.missing()]
        if len(found) < 2:
            return found
        refused = lately_refused(session, [account.subject for account in found])
        return [replace(account, is_doubtful=account.subject in refused) for account in found]

    def access(self, session: Session, provider: str, account_id: str | None) -> ProviderSettings:
        """The account that an order was given to, also one that was switched off or deleted since.

        Raises `AccountNotFound`, and `SealBroken` when its keys cannot be opened.
        """
        if account_id is None or self._sandbox is not None:
            return self._fixed[provider]
        row = session.get(VendorAccountRow, account_id)
        if row is None:
            raise AccountNotFound("The account at the vendor is gone, keys and all.")
        return self._opened(row).access

    def fixed_access(self, provider: str) -> ProviderSettings:
        """The account of the environment, or the one at the sandbox."""
        return self._fixed[provider]

    def access_at_hand(self, provider: str, account_id: str | None) -> ProviderSettings | None:
        """What `access` answers, where that needs no look into the database: it was there a moment ago, or needs no row."""
        if account_id is None or self._sandbox is not None:
            return self._fixed[provider]
        known = self._open.get(account_id)
        return None if known is None or clock.lived_seconds() - known.read_at > _FRESH_SECONDS else known.access

    def needs_key_for(self, provider: str) -> str | None:
        """What to do so that the provider can be used, in a sentence; None where its own account needs no key."""
        access = self._fixed[provider]
        missing = access.missing()
        if not missing or access.hint():
            return access.hint() if missing else None
        variables = " and ".join(variable_of(type(access), name) for name in missing)
        title, what = self._data[provider].title, "an address" if missing == ("address",) else "a key"
        return (
            f"{title} needs {what}: set {variables} and start again, or add an account in Settings. "
            "To try it without one: photoplay serve --sandbox."
        )

    def views(self, session: Session, provider: str) -> list[VendorAccountView]:
        """Every account of a provider, that of the environment first. Raises `UnknownProvider`."""
        self._check_provider(provider)
        rows = session.scalars(_ROWS, {"provider": provider}).all()
        fixed = self._account(provider)
        checks = checks_of(session, [fixed.subject, *(row.id for row in rows)])
        first = account_view(fixed, is_on=True, created_at=None, checks=checks)
        return [first, *(self._view(row, checks) for row in rows)]

    def test_subject(self, session: Session, provider: str, account_id: str) -> tuple[str, ProviderSettings]:
        """What is needed to test an account: by what the outcome is kept, and the account with its keys.

        Raises `UnknownProvider`, `AccountNotFound`, `SealBroken`.
        """
        self._check_provider(provider)
        if account_id == ENVIRONMENT:
            return subject_of(provider, None), self._fixed[provider]
        return account_id, self._opened(self._row(session, provider, account_id)).access

    def add(self, session: Session, provider: str, wanted: NewVendorAccount) -> VendorAccountView:
        """Keeps a new account. Raises `UnknownProvider`, `AccountInvalid`, `RealKeyRefused`."""
        self._check_provider(provider)
        self._refuse_in_sandbox()
        access = self._checked(provider, {}, wanted.settings)
        if access.missing():
            raise AccountInvalid("A key is missing.", fields=dict.fromkeys(access.missing(), "This key is needed."))
        self._refuse_twice(session, provider, access)
        row = VendorAccountRow(
            id=new_id("vnd"),
            provider=provider,
            title=wanted.title or self._data[provider].title,
            sealed=self._seal.close_up(as_json(access)),
            is_on=wanted.is_on,
            in_flight=wanted.in_flight,
            requests_per_minute=wanted.requests_per_minute,
            tokens_per_minute=self._tokens(provider, wanted.tokens_per_minute),
            turn=wanted.turn,
            created_at=clock.now(),
            deleted_at=None,
        )
        session.add(row)
        session.flush()
        _log.info("account.added", provider=provider, account=row.id)
        return self._view(row, {})

    def change(self, session: Session, provider: str, account_id: str, changes: Mapping[str, Any]) -> VendorAccountView:
        """Changes what `changes` has of the fields of `NewVendorAccount`; of the settings only those that are named.

        Raises `AccountNotFound`, `AccountFixed`, `AccountInvalid`, `RealKeyRefused`.
        """
        row = self._row(session, provider, account_id)
        if changes.get("settings"):
            self._refuse_in_sandbox()
            access = self._checked(provider, self._kept(row), changes["settings"])
            row.sealed = self._seal.close_up(as_json(access))
            forget_check(session, row.id)
        self._tokens(provider, changes.get("tokens_per_minute"))
        for name in ("title", "is_on", "in_flight", "requests_per_minute", "tokens_per_minute", "turn"):
            if name in changes:
                setattr(row, name, changes[name])
        session.flush()
        _log.info("account.changed", provider=provider, account=row.id, fields=",".join(sorted(changes)))
        return self._view(row, checks_of(session, [row.id]))

    def delete(self, session: Session, provider: str, account_id: str) -> None:
        """No new order goes there; those that are out are still followed with it. Raises `AccountNotFound`, `AccountFixed`."""
        self._row(session, provider, account_id).deleted_at = clock.now()
        _log.info("account.deleted", provider=provider, account=account_id)

    def deleted_lately(self, session: Session, provider: str, account_id: str) -> str | None:
        """The title of an account that was deleted a moment ago and can be brought back; None where there is none."""
        row = session.get(VendorAccountRow, account_id)
        is_lately = row is not None and row.deleted_at is not None and row.deleted_at > clock.now() - UNDO_FOR
        return row.title if row is not None and is_lately and row.provider == provider else None

    def restore(self, session: Session, provider: str, account_id: str) -> VendorAccountView:
        """Brings back an account that was deleted a moment ago, key and all. Raises `AccountNotFound`, `AccountInvalid`."""
        self._check_provider(provider)
        row = session.get(VendorAccountRow, account_id)
        if row is None or self.deleted_lately(session, provider, account_id) is None:
            raise AccountNotFound("This account was removed too long ago to be brought back. Add its key again.")
        if (opened := self._try(row)) is not None:
            self._refuse_twice(session, provider, opened.access)
        row.deleted_at = None
        session.flush()
        _log.info("account.restored", provider=provider, account=account_id)
        return self._view(row, checks_of(session, [row.id]))

    def forget_deleted(self, session: Session, still_needed: set[str]) -> int:
        """Deletes the keys of deleted accounts but those that orders at work `still_needed`, and those that were deleted
        a moment ago. Returns how many.
        """
        is_gone = VendorAccountRow.deleted_at < clock.now() - UNDO_FOR
        gone = session.scalars(select(VendorAccountRow).where(is_gone)).all()
        leaving = [row for row in gone if row.id not in still_needed]
        for row in leaving:
            session.delete(row)
        return len(leaving)

    def note_refused_key(self, session: Session, provider: str, account_id: str | None, message: str) -> None:
        """An order showed that an account cannot be used: for a while others are asked before it."""
        note_check(session, subject_of(provider, account_id), Health(is_ok=False, message=message))

    def reseal(self, session: Session) -> int:
        """Seals every account anew under the newest key. Returns how many."""
        rows = session.scalars(select(VendorAccountRow)).all()
        for row in rows:
            row.sealed = self._seal.renew(row.sealed)
        return len(rows)

    def _row(self, session: Session, provider: str, account_id: str) -> VendorAccountRow:
        self._check_provider(provider)
        if account_id == ENVIRONMENT:
            raise AccountFixed(
                "This account comes from the environment of the server. Change it there and start again."
            )
        row = session.get(VendorAccountRow, account_id)
        if row is None or row.provider != provider or row.deleted_at is not None:
            raise AccountNotFound("There is no such account at this vendor.")
        return row

    def _account(self, provider: str) -> VendorAccount:
        data, where = self._data[provider], "At the sandbox" if self._sandbox else "From the environment"
        limits = data.in_flight, data.requests_per_minute, data.tokens_per_minute
        return VendorAccount(None, provider, where, self._fixed[provider], *limits)

    def _view(self, row: VendorAccountRow, checks: Mapping[str, CheckView]) -> VendorAccountView:
        """A row as the owner sees it. One that cannot be opened is shown without its keys, so that it can be replaced."""
        opened = self._try(row)
        account = opened or self._made(row, settings_apart(type(self._fixed[row.provider]), {}))
        view = account_view(account, is_on=row.is_on, created_at=row.created_at, checks=checks)
        return view.model_copy(update={"is_usable": view.is_usable and opened is not None})

    def _try(self, row: VendorAccountRow) -> VendorAccount | None:
        try:
            return self._opened(row)
        except SealBroken as error:
            _log.warning("account.sealed", account=row.id, error=error.message)
            return None

    def _kept(self, row: VendorAccountRow) -> dict[str, Any]:
        """What the row has of settings; nothing where it cannot be opened, so that the keys can be entered again."""
        try:
            kept: dict[str, Any] = orjson.loads(self._seal.open(row.sealed))
        except SealBroken:
            return {}
        return kept

    def _opened(self, row: VendorAccountRow) -> VendorAccount:
        """Opens a seal once: each order asks for its account several times."""
        known = self._open.get(row.id)
        if known is None or known.sealed != row.sealed:
            kept = orjson.loads(self._seal.open(row.sealed))
            known = _Opened(row.sealed, settings_apart(type(self._fixed[row.provider]), kept))
        self._open[row.id] = replace(known, read_at=clock.lived_seconds())
        return self._made(row, known.access)

    def _made(self, row: VendorAccountRow, access: ProviderSettings) -> VendorAccount:
        data = self._data[row.provider]
        return VendorAccount(
            id=row.id,
            provider=row.provider,
            title=row.title,
            access=access,
            in_flight=row.in_flight or data.in_flight,
            requests_per_minute=row.requests_per_minute or data.requests_per_minute,
            tokens_per_minute=row.tokens_per_minute or data.tokens_per_minute,
            turn=cast("Turn", row.turn),
        )

    def _checked(self, provider: str, kept: Mapping[str, Any], given: Mapping[str, str]) -> ProviderSettings:
        kind = type(self._fixed[provider])
        wrong = {name: reason for name, value in given.items() if (reason := what_is_wrong(kind, name, value))}
        if wrong:
            raise AccountInvalid("This account cannot be used so.", fields=wrong)
        try:
            return settings_apart(kind, {**kept, **_filled(kind, given)})
        except ValidationError as error:
            fields = {str(one["loc"][0]): "This value does not fit." for one in error.errors(include_input=False)}
            raise AccountInvalid("This account cannot be used so.", fields=fields) from None

    def _tokens(self, provider: str, limit: int | None) -> int | None:
        """A limit of tokens a minute. Raises `AccountInvalid` for a vendor that bills none."""
        if limit is not None and provider not in self._by_tokens:
            why = f"{self._data[provider].title} does not bill by tokens."
            raise AccountInvalid("This account cannot be used so.", fields={"tokens_per_minute": why})
        return limit

    def _check_provider(self, provider: str) -> None:
        if provider not in self._providers:
            raise UnknownProvider(f'There is no provider "{provider}". Known are: {", ".join(self._providers)}.')

    def _refuse_twice(self, session: Session, provider: str, access: ProviderSettings) -> None:
        """The same key twice would count its limits twice."""
        opened = [self._try(row) for row in session.scalars(_ROWS, {"provider": provider})]
        for account in (self._account(provider), *(one for one in opened if one is not None)):
            if account.access == access:
                raise AccountInvalid(
                    f'This is here already, as "{account.title}".',
                    fields=dict.fromkeys(access.secret_names()[:1], "It is here already."),
                )

    def _refuse_in_sandbox(self) -> None:
        if self._sandbox is not None:
            raise RealKeyRefused(
                "This studio runs on the sandbox, where every vendor is simulated, and takes no real keys. "
                "Start it without --sandbox to add them."
            )


def _facts(provider: Provider) -> ProviderFacts:
    """What the data file says of the vendor; without a title there it is called as its models' vendor."""
    facts = vendor_data(provider).provider
    vendor = provider.cards[0].vendor if provider.cards else provider.name
    return facts if facts.title else facts.model_copy(update={"title": vendor})


def _bills_tokens(provider: Provider) -> bool:
    return any(counts_tokens(model) for model in vendor_data(provider).models.values())


def _filled(kind: type[ProviderSettings], given: Mapping[str, str]) -> dict[str, Any]:
    """What was given, with the usual value for a field that was left empty and is no key."""
    usual = {name: field.default for name, field in kind.model_fields.items() if name not in kind.secret_names()}
    stripped = {name: value.strip() for name, value in given.items()}
    return {name: value or usual.get(name, "") for name, value in stripped.items()}


def _fixed_account(provider: Provider, sandbox: str | None) -> ProviderSettings:
    try:
        return provider.settings.at_sandbox(sandbox) if sandbox is not None else provider.settings()
    except ValidationError as error:
        names = [variable_of(provider.settings, str(one["loc"][0])) for one in error.errors(include_input=False)]
        raise SettingsWrong(
            f"The settings of {provider.name} in the environment cannot be used: {', '.join(names)}."
        ) from None
