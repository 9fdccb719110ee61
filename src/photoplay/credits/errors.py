"""What can stand between a request and its hold."""

from photoplay.core.errors import BadInput, Conflict, NotFound, PhotoplayError, TooMany


class PaymentRequired(PhotoplayError):
    """There is not enough to pay for it."""

    code = "payment_required"
    status = 402


class InsufficientCredits(PaymentRequired):
    """The balance does not cover the price."""

    code = "insufficient_credits"


class QuotaExceeded(PaymentRequired):
    """The plan allows no more generations today or this month; `left` and `resets_at` say how many, and until when."""

    code = "quota_exceeded"


class BudgetExceeded(PaymentRequired):
    """A budget does not cover the price; `left` and `resets_at` say what is left, and until when."""

    code = "budget_exceeded"


class RateExceeded(TooMany):
    """More requests for media came within a minute than the plan or the key allows."""

    code = "rate_exceeded"


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


class UnknownPlan(NotFound):
    """There is no plan of this name."""

    code = "unknown_plan"


class PlanInUse(Conflict):
    """A plan cannot go while somebody has it."""

    code = "plan_in_use"


class PackageUnfinished(BadInput):
    """A new package of credits lacks its title or its credits."""

    code = "package_unfinished"


class UnknownPackage(NotFound):
    """There is no package of credits of this name."""

    code = "unknown_package"


class MonthWrong(BadInput):
    """A month is not written as year and month."""

    code = "month_wrong"


class BudgetNotFound(NotFound):
    """There is no such budget of yours."""

    code = "budget_not_found"


class BudgetUnit(BadInput):
    """The budget or price is in the unit of the other kind of account."""

    code = "budget_unit"


class NoCheckout(Conflict):
    """Credits cannot be bought here: no way to pay is set up, or the account counts in dollars."""

    code = "no_checkout"


class PurchaseNotFound(NotFound):
    """There is no such purchase of yours."""

    code = "purchase_not_found"


class PaymentForged(BadInput):
    """A call about a payment was not signed by the payment provider."""

    code = "payment_forged"


class PaymentUnreachable(PhotoplayError):
    """The payment provider did not take the request. Nothing was paid."""

    code = "payment_unreachable"
    status = 502
    retryable = True
