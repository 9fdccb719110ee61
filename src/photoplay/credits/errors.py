"""What can stand between a request and its hold."""

from photoplay.core.errors import BadInput, Conflict, PhotoplayError


class PaymentRequired(PhotoplayError):
    """There is not enough to pay for it."""

    code = "payment_required"
    status = 402


class InsufficientCredits(PaymentRequired):
    """The balance does not cover the price."""

    code = "insufficient_credits"


class CeilingExceeded(PaymentRequired):
    """It may cost more than the ceiling that came with the request."""

    code = "ceiling_exceeded"


class CeilingUnit(BadInput):
    """The ceiling is in the unit of the other kind of account."""

    code = "ceiling_unit"


class PriceChanged(Conflict):
    """It has become dearer since the quote; the new one comes with the error."""

    code = "price_changed"


class QuoteExpired(Conflict):
    """The quote is older than it may be, or is about another request."""

    code = "quote_expired"
