"""Models on offer, their prices in force, their forms, and how long they take."""

from photoplay.catalog._catalog import Catalog, Offer
from photoplay.catalog.added_models import AddedModels
from photoplay.catalog.added_views import (
    AddedModelChange,
    AddedModelView,
    AddingView,
    NewAddedModel,
    OwnPrice,
)
from photoplay.catalog.choice import AUTO, Candidate, Choice, Circumstances, Prefer, Wanted, choose
from photoplay.catalog.data_file import (
    ModelData,
    ProviderFacts,
    VendorData,
    read_data,
    vendor_data,
    vendors_without_code,
)
from photoplay.catalog.durations import learn_duration, learnt_seconds
from photoplay.catalog.errors import (
    AccountFixed,
    AccountInvalid,
    AccountNotFound,
    AddedModelNotFound,
    CannotTest,
    ModelAtWork,
    ModelCannot,
    ModelNotAdded,
    ModelThere,
    ModelUnavailable,
    PriceUnknown,
    RealKeyRefused,
    UnknownModel,
    UnknownProvider,
)
from photoplay.catalog.fit import Fitted, fit
from photoplay.catalog.forms import InvalidParams, check_params, params_model
from photoplay.catalog.health import CheckView
from photoplay.catalog.largest import largest_frame, largest_seconds
from photoplay.catalog.lifecycle import Lifecycle
from photoplay.catalog.measures import InputSize
from photoplay.catalog.preset_rows import (
    NewPreset,
    PresetEdit,
    PresetView,
    delete_preset,
    edit_preset,
    find_presets,
    find_studio_presets,
    preset_of,
    presets_of,
    save_preset,
)
from photoplay.catalog.presets import (
    CATEGORIES,
    Draft,
    Preset,
    PresetCategory,
    Sketch,
    apply_presets,
    in_order,
    studio_presets,
)
from photoplay.catalog.prices import Price, PriceRule, Scalar, price_of
from photoplay.catalog.probe import Prober, apply_states
from photoplay.catalog.provider_views import Resting, provider_view, provider_views
from photoplay.catalog.schemas import CandidateView, LeftOutView, ModelView
from photoplay.catalog.suggestions import Suggestion, suggestions
from photoplay.catalog.try_account import try_account
from photoplay.catalog.vendor_accounts import VendorAccounts
from photoplay.catalog.vendor_views import (
    ENVIRONMENT,
    NewVendorAccount,
    ProviderView,
    VendorAccount,
    VendorAccountView,
    without_secrets,
)
from photoplay.catalog.views import model_view

__all__ = [
    "AUTO",
    "CATEGORIES",
    "ENVIRONMENT",
    "AccountFixed",
    "AccountInvalid",
    "AccountNotFound",
    "AddedModelChange",
    "AddedModelNotFound",
    "AddedModelView",
    "AddedModels",
    "AddingView",
    "Candidate",
    "CandidateView",
    "CannotTest",
    "Catalog",
    "CheckView",
    "Choice",
    "Circumstances",
    "Draft",
    "Fitted",
    "InputSize",
    "InvalidParams",
    "LeftOutView",
    "Lifecycle",
    "ModelAtWork",
    "ModelCannot",
    "ModelData",
    "ModelNotAdded",
    "ModelThere",
    "ModelUnavailable",
    "ModelView",
    "NewAddedModel",
    "NewPreset",
    "NewVendorAccount",
    "Offer",
    "OwnPrice",
    "Prefer",
    "Preset",
    "PresetCategory",
    "PresetEdit",
    "PresetView",
    "Price",
    "PriceRule",
    "PriceUnknown",
    "Prober",
    "ProviderFacts",
    "ProviderView",
    "RealKeyRefused",
    "Resting",
    "Scalar",
    "Sketch",
    "Suggestion",
    "UnknownModel",
    "UnknownProvider",
    "VendorAccount",
    "VendorAccountView",
    "VendorAccounts",
    "VendorData",
    "Wanted",
    "apply_presets",
    "apply_states",
    "check_params",
    "choose",
    "delete_preset",
    "edit_preset",
    "find_presets",
    "find_studio_presets",
    "fit",
    "in_order",
    "largest_frame",
    "largest_seconds",
    "learn_duration",
    "learnt_seconds",
    "model_view",
    "params_model",
    "preset_of",
    "presets_of",
    "price_of",
    "provider_view",
    "provider_views",
    "read_data",
    "save_preset",
    "studio_presets",
    "suggestions",
    "try_account",
    "vendor_data",
    "vendors_without_code",
    "without_secrets",
]
