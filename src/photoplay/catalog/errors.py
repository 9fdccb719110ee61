"""What can be wrong with the choice of a model."""

from photoplay.core.errors import NotFound, Unprocessable


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
