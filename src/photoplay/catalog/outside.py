"""Providers that other packages bring, by the entry point group `photoplay.providers`. One that is broken is left out, and told."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from pydantic import ValidationError

from photoplay.catalog.data_file import vendor_data
from photoplay.core.log import Log
from photoplay.core.settings import Settings
from photoplay.providers import BringsData, Provider, ProviderSettings

GROUP: Final = "photoplay.providers"
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERBS: Final = ("submit", "find", "check", "cancel")
_log = Log("catalog")


@dataclass(frozen=True)
class LeftOut:
    """A package whose provider is not used, and why, in a sentence."""

    package: str
    reason: str


@dataclass(frozen=True)
class Outside:
    """The providers that other packages bring, and those that are left out."""

    providers: tuple[Provider, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class _Wrong(Exception):
    """What is wrong with a provider, in a sentence."""


def outside_providers(settings: Settings, *, taken: Collection[str]) -> Outside:
    """Those of the installed packages. `taken`: the names that the studio's own have. Nothing that they do stops it."""
    found: dict[str, Provider] = {}
    left_out = []
    for entry in sorted(entry_points(group=GROUP), key=lambda one: (one.name, one.value)):
        package = entry.dist.name if entry.dist is not None else entry.value
        try:
            provider = _checked(entry, settings, taken=(*taken, *found))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's code does, the studio starts
            left_out.append(LeftOut(package, _reason(error)))
            _log.warning("provider.left_out", package=package, entry=entry.name, reason=left_out[-1].reason)
        else:
            found[provider.name] = provider
            _log.info("provider.found", package=package, provider=provider.name)
    return Outside(tuple(found.values()), tuple(left_out))


def _checked(entry: EntryPoint, settings: Settings, *, taken: Collection[str]) -> Provider:
    """The provider of an entry point, when it is one that can be used. Raises anything."""
    provider: Provider = entry.load()(settings)
    name = getattr(provider, "name", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _Wrong(f'It is called {name!r}; a provider is called as in "acme-labs"')
    if name in taken:
        raise _Wrong(f'There is a provider "{name}" already')
    if missing := [verb for verb in _VERBS if not callable(getattr(provider, verb, None))]:
        raise _Wrong(f"It lacks {', '.join(missing)}")
    if not isinstance(provider, BringsData):
        raise _Wrong("It lacks data(), the text of its data file")
    kind: object = provider.settings
    if not (isinstance(kind, type) and issubclass(kind, ProviderSettings)):
        raise _Wrong("Its settings are no ProviderSettings")
    _check_models(name, [card.id for card in provider.cards], vendor_data(provider).models)
    provider.settings()
    return provider


def _check_models(name: str, cards: Iterable[str], models: Iterable[str]) -> None:
    if strange := [model for model in (*cards, *models) if not model.startswith(f"{name}:")]:
        raise _Wrong(f'Its models are called "{name}:...", not "{strange[0]}"')


def _reason(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return f"Its data or settings are wrong at {'.'.join(map(str, first['loc']))}: {first['msg']}."
    words = str(error).strip().splitlines()
    said = words[0][:200] if words else "no reason given"
    return f"{said.rstrip('.')}." if isinstance(error, _Wrong) else f"{type(error).__name__}: {said.rstrip('.')}."
