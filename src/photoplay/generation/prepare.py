"""From a request to what can be priced and ordered: the model chosen, params checked, inputs found, notices asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from photoplay import catalog
from photoplay.accounts import Viewer
from photoplay.catalog import Offer
from photoplay.core.ids import new_seed
from photoplay.credits import AccountView, QuoteRequest, QuoteView, account_of
from photoplay.generation.dress import dress
from photoplay.generation.inputs import Source, check_inputs, find_inputs
from photoplay.generation.runtime import Runtime
from photoplay.generation.schemas import MediaRequest
from photoplay.operations import Operation, find_operation
from photoplay.providers import Advises, Json, Notice


@dataclass(frozen=True)
class Prepared:
    """A request that is known to be right. `items` has the params of each generation, seeds filled in.

    `words` is the prompt as it was asked for, before `presets` changed it.
    """

    operation: Operation
    offer: Offer
    items: Sequence[Mapping[str, Json]]
    words: str
    presets: Sequence[Mapping[str, str]]
    inputs: Sequence[Mapping[str, Any]]
    aspect: float | None
    seconds: float
    notices: Sequence[Notice]
    account: AccountView

    def to_price(self) -> list[QuoteRequest]:
        """What the quote is made of."""
        return [QuoteRequest(self.offer, self.operation.name, params, self.seconds) for params in self.items]


async def prepare(runtime: Runtime, viewer: Viewer, request: MediaRequest) -> Prepared:
    """Checks a request. Nothing is written but the assets of files that it names by address.

    Raises `UnknownOperation`, `UnknownPreset`, `PresetCannot`, `UnknownModel`, `ModelCannot`, `ModelUnavailable`,
    `InvalidParams`, `InputMissing`, `AssetNotFound`: each before anything is held or sent.
    """
    operation = find_operation(request.operation)
    dressed = await dress(runtime, viewer, request)
    request = dressed.request
    offer = _choose(runtime, request)
    params = catalog.check_params(offer, request.operation, request.params)
    sources = await find_inputs(runtime, viewer, operation, request.inputs)
    check_inputs(offer.card, operation, sources, is_reachable=runtime.public.are_there)
    account, learnt = await runtime.db.read(
        lambda session: (
            account_of(session, viewer.user_id),
            catalog.learnt_seconds(session, offer.card.id, operation.name, params),
        )
    )
    return Prepared(
        operation=operation,
        offer=offer,
        items=[_with_seed(params, position) for position in range(request.count)],
        words=dressed.words,
        presets=dressed.used,
        inputs=[source.frozen() for source in sources],
        aspect=_aspect(params, sources),
        seconds=learnt or offer.card.typical_seconds.get(operation.name, 30.0),
        notices=[*dressed.notices, *await _advice(runtime, offer, operation, params)],
        account=account,
    )


def _choose(runtime: Runtime, request: MediaRequest) -> Offer:
    if request.model != "auto":
        return runtime.catalog.choose(request.model, request.operation)
    able = runtime.catalog.orderable(request.operation)
    if not able:
        raise catalog.ModelUnavailable(f"No model on offer does {request.operation}.")
    return min(able, key=lambda offer: (min((rule.cost_usd for rule in offer.prices), default=0), offer.card.id))


async def quote(runtime: Runtime, viewer: Viewer, request: MediaRequest) -> QuoteView:
    """What a request will cost; nothing is written or spent. Raises as `prepare`."""
    prepared = await prepare(runtime, viewer, request)
    return runtime.quoter.quote(prepared.to_price(), metered=prepared.account.metered, notices=prepared.notices)


def _with_seed(params: Mapping[str, Json], position: int) -> dict[str, Json]:
    if "seed" not in params:
        return dict(params)
    seed = params["seed"]
    return {**params, "seed": new_seed() if not isinstance(seed, int) else seed + position}


def _aspect(params: Mapping[str, Json], sources: Sequence[Source]) -> float | None:
    aspect = params.get("aspect")
    if isinstance(aspect, str):
        width, height = aspect.split(":")
        return int(width) / max(1, int(height))
    for source in sources:
        if source.asset.width and source.asset.height:
            return source.asset.width / source.asset.height
    return None


async def _advice(runtime: Runtime, offer: Offer, operation: Operation, params: Mapping[str, Json]) -> Sequence[Notice]:
    provider = runtime.providers[offer.provider]
    if isinstance(provider, Advises):
        return await provider.advise(offer.card.id, operation.name, params)
    return ()
