"""Models on offer, their prices in force, their forms, and how long they take."""

from photoplay.catalog._catalog import Catalog, Offer
from photoplay.catalog.durations import learn_duration, learnt_seconds
from photoplay.catalog.errors import ModelCannot, ModelUnavailable, PriceUnknown, UnknownModel
from photoplay.catalog.forms import InvalidParams, check_params, params_model
from photoplay.catalog.lifecycle import Lifecycle
from photoplay.catalog.prices import PriceRule, price_of
from photoplay.catalog.schemas import ModelView
from photoplay.catalog.suggestions import Suggestion, suggestions
from photoplay.catalog.views import model_view

__all__ = [
    "Catalog",
    "InvalidParams",
    "Lifecycle",
    "ModelCannot",
    "ModelUnavailable",
    "ModelView",
    "Offer",
    "PriceRule",
    "PriceUnknown",
    "Suggestion",
    "UnknownModel",
    "check_params",
    "learn_duration",
    "learnt_seconds",
    "model_view",
    "params_model",
    "price_of",
    "suggestions",
]
