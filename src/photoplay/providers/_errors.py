"""How a provider's call can fail. What may follow each is decided by the room `generation` (DESIGN, life of a generation).

ProviderError
|- NotConfigured    key missing, refused or without credit    nothing taken
|- Invalid          the vendor says the request is wrong      nothing taken; retrying will not help
|- ContentRefused   the vendor's filter stopped it            perhaps billed
|- Failed           taken, then failed or cancelled there     perhaps billed
|- Forgotten        taken, and not known there any more       perhaps billed
|- Throttled        too many requests, try later              nothing taken
|- Unavailable      provably not taken, try later             nothing taken
|- OutcomeUnknown   it may have been taken; nobody knows yet  never send again blindly
`- Unreadable       an answer came that we cannot read        taken or not is unknown
"""

from decimal import Decimal


class ProviderError(Exception):
    """`message` is a sentence for people; it never contains a key."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotConfigured(ProviderError):
    """The account cannot be used: a key is missing, refused, or has no credit left. Nothing was taken."""


class Invalid(ProviderError):
    """The vendor refused the request as wrong; nothing was taken."""


class Billed(ProviderError):
    """A failure after which the vendor may still bill `billed_usd` (zero: certainly not; None: not told)."""

    def __init__(self, message: str, *, billed_usd: Decimal | None = Decimal(0)) -> None:
        super().__init__(message)
        self.billed_usd = billed_usd


class ContentRefused(Billed):
    """The vendor's filter stopped the request or its result."""


class Failed(Billed):
    """The vendor took the order, then it failed or was cancelled there."""


class Forgotten(ProviderError):
    """The vendor took the order and does not know it now. What it bills is not told."""


class Throttled(ProviderError):
    """Too many requests at the vendor; nothing was taken."""

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(ProviderError):
    """The vendor is away and provably took nothing."""


class OutcomeUnknown(ProviderError):
    """The order may or may not have been taken."""


class Unreadable(ProviderError):
    """The vendor's answer makes no sense to us; whether it took the order is unknown."""


class Forged(Exception):
    """A call to our hook that is not the vendor's, or too old. `message` says what does not fit; it is logged, not sent."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
