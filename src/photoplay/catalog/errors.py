"""What can be wrong with the choice of a model."""

from photoplay.core.errors import Conflict, NotFound, Unprocessable


class UnknownModel(NotFound):
    """No provider offers a model of this id."""

    code = "unknown_model"


class ModelUnavailable(Unprocessable):
    """The model was retired or cannot be reached; the message names its heir or the reason."""

    code = "model_unavailable"


class ModelCannot(Unprocessable):
    """The model does not do this operation."""

    code = "model_cannot"


class PriceUnknown(Unprocessable):
    """There is no price for this, and nothing is ordered without one."""

    code = "price_unknown"


class UnknownProvider(NotFound):
    """There is no provider of this name."""

    code = "unknown_provider"


class AccountNotFound(NotFound):
    """There is no such account at this vendor."""

    code = "vendor_account_not_found"


class AccountFixed(Conflict):
    """The account comes from the server's environment and is changed there."""

    code = "vendor_account_fixed"


class AccountInvalid(Unprocessable):
    """The settings of an account at a vendor do not fit; `fields` says which and why."""

    code = "vendor_account_invalid"


class RealKeyRefused(Conflict):
    """The studio runs on the sandbox and takes no real keys."""

    code = "real_key_refused"


class CannotTest(Unprocessable):
    """This vendor has nothing that could be asked without ordering something."""

    code = "cannot_test"


class CannotAsk(Unprocessable):
    """This vendor cannot be asked for its models now; the message says why."""

    code = "cannot_ask"


class PriceInvalid(Unprocessable):
    """A price that the owner wants to set cannot be; `fields` says why."""

    code = "price_invalid"


class PriceNotFound(NotFound):
    """There is no such price among those that the owner set."""

    code = "price_not_found"


class StateInvalid(Unprocessable):
    """A model cannot be put where the owner wants it in its life; the message says why."""

    code = "state_invalid"


class DefaultInvalid(Unprocessable):
    """A model cannot be the default of its vendor; `fields` says by operation why."""

    code = "default_invalid"


class StateNotFound(NotFound):
    """The owner set nothing for this model's life, so nothing can be taken back."""

    code = "state_not_found"


class UnknownPreset(Unprocessable):
    """A request names a preset that neither the studio has nor you saved; the message says which come near."""

    code = "unknown_preset"


class PresetCannot(Unprocessable):
    """The preset is not for this operation; the message says for which it is."""

    code = "preset_cannot"


class PresetNotFound(NotFound):
    """There is no such preset of yours, so it cannot be shown, changed or deleted."""

    code = "preset_not_found"


class PresetNameTaken(Conflict):
    """You or the studio have a preset of this name already."""

    code = "preset_name_taken"


class TooManyPresets(Unprocessable):
    """You have as many presets as anybody may have."""

    code = "too_many_presets"


class VoiceNotFound(NotFound):
    """The vendor lists no such voice, or gives no sample of it."""

    code = "voice_not_found"


class AddedModelNotFound(NotFound):
    """No such model was added here."""

    code = "added_model_not_found"


class ModelNotAdded(Unprocessable):
    """The model cannot be added; the message is what its vendor says, or which field is wrong."""

    code = "model_not_added"


class ModelThere(Conflict):
    """The studio has a model of this name already."""

    code = "model_there"


class ModelAtWork(Conflict):
    """Orders are out with this model, so it cannot be described anew right now."""

    code = "model_at_work"
