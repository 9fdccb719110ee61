"""How many tokens an order takes at a vendor that bills by them, counted back from what it is quoted at."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from photoplay.catalog._catalog import Offer
from photoplay.catalog.data_file import ModelData
from photoplay.catalog.errors import PriceUnknown
from photoplay.catalog.measures import InputSize, characters
from photoplay.catalog.prices import price_of
from photoplay.providers import Json

_OUT: Final = ("image_out", "video_out", "audio_out")
_IN: Final = ("image_in", "input", "text_in")
_CHARACTERS_A_TOKEN: Final = 4


def counts_tokens(data: ModelData) -> bool:
    """Whether a model is billed by tokens that its vendor may limit."""
    return any(name in data.rates for name in _OUT)


def tokens_of(offer: Offer, operation: str, params: Mapping[str, Json], inputs: Sequence[InputSize] = ()) -> int:
    """Tokens in and out of one order, as its quote expects them; 0 of a model that is not billed by tokens."""
    out, into = _rate(offer, _OUT), _rate(offer, _IN)
    if out is None:
        return 0
    try:
        rule = offer.price_rule(operation, params)
        made = price_of(rule, {**params, "prompt": ""}, inputs).expected
    except PriceUnknown:
        return 0
    given = rule.input_usd * sum(1 for one in inputs if one.width and one.role != "mask")
    tokens = (made - given) / out + (given / into if into else 0)
    return round(tokens) + -(-characters(params) // _CHARACTERS_A_TOKEN)


def _rate(offer: Offer, names: Sequence[str]) -> Decimal | None:
    return next((offer.data.rates[name] for name in names if offer.data.rates.get(name)), None)
