"""From a request to what can be priced and ordered: the model chosen, params checked, inputs found, notices asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from photoplay import campaigns
from photoplay.accounts import Viewer
from photoplay.catalog import Choice, InputSize, Offer
from photoplay.core.ids import new_seed
from photoplay.credits import Quoter, QuoteRequest, QuoteView, Terms, terms_of
from photoplay.generation.choose_model import choose_model, most_usd, sizes_of, substitutes
from photoplay.generation.dress import dress
from photoplay.generation.inputs import Expected, Source, find_inputs
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
    request: MediaRequest
    choice: Choice
    items: Sequence[Mapping[str, Json]]
    words: str
    presets: Sequence[Mapping[str, str]]
    inputs: Sequence[Mapping[str, Any]]
    aspect: float | None
    sizes: Sequence[InputSize]
    notices: Sequence[Notice]
    terms: Terms
    links: Sequence[tuple[str, int]] = ()
    """The roles that earlier items of its batch will fill, with their numbers."""

    def to_price(self) -> list[QuoteRequest]:
        """What the quote is made of."""
        most = most_usd(self.choice, self.request)
        return [
            QuoteRequest(self.offer, self.operation.name, params, self.seconds, inputs=self.sizes, most_usd=most)
            for params in self.items
        ]

    @property
    def offer(self) -> Offer:
        """The chosen model."""
        return self.choice.chosen.offer

    @property
    def seconds(self) -> float:
        """How long each of them will take."""
        return self.choice.chosen.seconds

    @property
    def candidates(self) -> list[str]:
        """The models that may make it instead, the best first."""
        return [one.offer.card.id for one in substitutes(self.choice, self.request)]

    def quote(self, quoter: Quoter) -> QuoteView:
        """What it costs."""
        return quoter.quote(self.to_price(), terms=self.terms, notices=self.notices, choice=self.choice)


async def prepare(
    runtime: Runtime, viewer: Viewer, request: MediaRequest, earlier: Sequence[Expected] = ()
) -> Prepared:
    """Checks a request; `earlier` is what may be named by `item`. Nothing is written but the assets of files at addresses.

    Raises `UnknownOperation`, `UnknownPreset`, `PresetCannot`, `UnknownModel`, `ModelCannot`, `ModelUnavailable`,
    `InvalidParams`, `InputMissing`, `AssetNotFound`, `CampaignNotFound`, `CampaignArchived`: each before anything is held or sent.
    """
    operation = find_operation(request.operation)
    if request.campaign_id is not None:
        charged = request.campaign_id
        await runtime.db.read(lambda session: campaigns.check_open(session, viewer.user_id, charged))
    dressed = await dress(runtime, viewer, request)
    request = dressed.request
    sources = await find_inputs(runtime, viewer, operation, request.inputs, earlier=earlier)
    terms, choice = await runtime.db.read(
        lambda session: (terms_of(session, viewer.user_id), choose_model(session, runtime, request, sources))
    )
    offer, params = choice.chosen.offer, choice.chosen.fitted.params
    return Prepared(
        operation=operation,
        request=request,
        choice=choice,
        items=[_with_seed(params, position) for position in range(request.count)],
        words=dressed.words,
        presets=dressed.used,
        inputs=[source.frozen() for source in sources if not isinstance(source.asset, Expected)],
        links=[(source.role.name, source.asset.item) for source in sources if isinstance(source.asset, Expected)],
        aspect=aspect_of(params, sources),
        sizes=sizes_of(sources),
        notices=[*dressed.notices, *choice.notices, *await _advice(runtime, offer, operation, params)],
        terms=terms,
    )


async def quote(runtime: Runtime, viewer: Viewer, request: MediaRequest) -> QuoteView:
    """What a request will cost; nothing is written or spent. Raises as `prepare`."""
    prepared = await prepare(runtime, viewer, request)
    return prepared.quote(runtime.quoter)


def _with_seed(params: Mapping[str, Json], position: int) -> dict[str, Json]:
    if "seed" not in params:
        return dict(params)
    seed = params["seed"]
    return {**params, "seed": new_seed() if not isinstance(seed, int) else seed + position}


def aspect_of(params: Mapping[str, Json], sources: Sequence[Source]) -> float | None:
    """Width by height of the result, as far as it can be told beforehand."""
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
