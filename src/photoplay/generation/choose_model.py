"""Chooses the model of a request, by what its vendors can take right now and by how long orders take here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from photoplay import catalog
from photoplay.catalog import Choice, Circumstances, InputSize, Offer, Wanted
from photoplay.generation.breaker import resting
from photoplay.generation.errors import InputMissing
from photoplay.generation.inputs import Source, check_inputs
from photoplay.generation.runtime import Runtime
from photoplay.generation.schemas import MediaRequest
from photoplay.operations import find_operation
from photoplay.providers import Json, Notice

NOT_NOW: Final = "vendor_not_usable"
"""The notice of a quote for a model that was named though its vendor cannot be used now."""


def choose_model(session: Session, runtime: Runtime, request: MediaRequest, sources: Sequence[Source]) -> Choice:
    """The model that will make it, its settings, and who may make it instead.

    Raises `UnknownModel`, `ModelCannot`, `ModelUnavailable`, `InvalidParams`, `PriceUnknown`, `InputMissing`.
    """
    around = _Now(session, runtime, request, sources)
    wanted = _wanted(session, runtime, request, sources)
    is_chosen_here = request.model == catalog.AUTO or _vendor_meant(runtime, request) is not None
    picks = catalog.picks_of(session, request.operation) if wanted.allows_failover or is_chosen_here else {}
    circumstances = Circumstances(trouble=around.trouble, seconds=around.seconds, picks=picks)
    choice = catalog.choose(runtime.catalog, wanted, circumstances)
    check_inputs(
        choice.chosen.offer.card,
        find_operation(request.operation),
        sources,
        is_reachable=runtime.public.are_there,
        factor=choice.chosen.fitted.params.get("factor"),
    )
    trouble = around.vendor_trouble(choice.chosen.offer.provider)
    return choice if trouble is None else replace(choice, notices=(*choice.notices, Notice(NOT_NOW, trouble)))


def sizes_of(sources: Sequence[Source]) -> tuple[InputSize, ...]:
    """What pricing needs to know of the inputs."""
    return tuple(
        InputSize(one.role.name, one.asset.width, one.asset.height, one.asset.duration_seconds) for one in sources
    )


def most_usd(choice: Choice, request: MediaRequest) -> Decimal:
    """What the dearest model that may make it can cost. Without a ceiling nobody dearer than the chosen one may."""
    return max(one.price.high for one in (choice.chosen, *substitutes(choice, request)))


def substitutes(choice: Choice, request: MediaRequest) -> tuple[catalog.Candidate, ...]:
    """The models that may make it instead for what the person agreed to pay: up to the ceiling, else up to the quote."""
    if request.ceiling is not None:
        return choice.substitutes
    return tuple(one for one in choice.substitutes if one.price.high <= choice.chosen.price.high)


def _wanted(session: Session, runtime: Runtime, request: MediaRequest, sources: Sequence[Source]) -> Wanted:
    ceiling, most = request.ceiling, None
    if ceiling is not None and ceiling.max_cost_usd is not None:
        most = ceiling.max_cost_usd / request.count
    elif ceiling is not None and ceiling.max_price_credits is not None:
        most = Decimal(ceiling.max_price_credits) / 100 / request.count
    token = getattr(request, "quote", None)
    return Wanted(
        model=request.model,
        operation=request.operation,
        params=_with_voice_by_id(session, runtime, request),
        inputs=sizes_of(sources),
        prefer=request.prefer,
        ceiling_usd=most,
        quoted=runtime.quoter.model_in(token) if token else None,
        allow_heir=request.allow_heir,
        failover=request.failover,
    )


def _with_voice_by_id(session: Session, runtime: Runtime, request: MediaRequest) -> Mapping[str, Json]:
    """The settings, with the id of a voice that was named as people call it."""
    called = request.params.get("voice")
    if request.model == catalog.AUTO or not isinstance(called, str):
        return request.params
    provider = _vendor_meant(runtime, request) or runtime.catalog.find(request.model).provider
    return {**request.params, "voice": catalog.voice_named(session, provider, called)}


def _vendor_meant(runtime: Runtime, request: MediaRequest) -> str | None:
    return runtime.catalog.vendor_meant(request.model, request.operation)


class _Now:
    """How things stand while one request is looked at: each vendor is asked about once."""

    def __init__(self, session: Session, runtime: Runtime, request: MediaRequest, sources: Sequence[Source]) -> None:
        self._session, self._runtime = session, runtime
        self._operation, self._sources = find_operation(request.operation), sources
        self._factor = request.params.get("factor")
        self._vendors: dict[str, str | None] = {}

    def trouble(self, offer: Offer) -> str | None:
        """Why a model cannot make it now; None where it can."""
        if (trouble := self.vendor_trouble(offer.provider)) is not None:
            return trouble
        try:
            check_inputs(
                offer.card,
                self._operation,
                self._sources,
                is_reachable=self._runtime.public.are_there,
                factor=self._factor,
            )
        except InputMissing as error:
            return " ".join(error.fields.values())
        return None

    def vendor_trouble(self, provider: str) -> str | None:
        """Why a vendor cannot be used now; None where it can."""
        if provider not in self._vendors:
            self._vendors[provider] = vendor_trouble(self._session, self._runtime, provider)
        return self._vendors[provider]

    def seconds(self, offer: Offer, params: Mapping[str, Json]) -> float | None:
        """How long such orders took here; None where that is not known yet."""
        return catalog.learnt_seconds(self._session, offer.card.id, self._operation.name, params)


def vendor_trouble(session: Session, runtime: Runtime, provider: str) -> str | None:
    """Why a vendor cannot be used now, in a sentence; None where it can."""
    title = runtime.vendors.title_of(provider)
    if not runtime.vendors.usable(session, provider):
        return f"{title} needs a key."
    return f"{title} is not answering." if resting(session, [provider]) else None
