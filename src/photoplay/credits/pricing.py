"""How a cost becomes a price: markup, batch discount, and from which price people are warned or asked. An admin sets it."""

from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from photoplay.credits.rules import keep_rule, rules_in_force

_RULE: Final = "pricing"
_Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
_Credits = Annotated[int, Field(ge=0, le=100_000_000)]
_Usd = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=6)]


class Pricing(BaseModel):
    """The rules of the studio. Members pay credits: markup and discount are for them; dollars are passed on as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    markup_percent: _Percent = Decimal(0)
    batch_discount_percent: _Percent = Decimal(5)
    """For each further generation of a batch."""
    batch_discount_most_percent: _Percent = Decimal(25)
    sells_below_cost: bool = False
    """Whether the discount may go deeper than the markup."""
    warn_above_credits: _Credits = 100
    warn_above_usd: _Usd = Decimal(1)
    """From above this price on, Create warns and waits five seconds before an order leaves; each user may set another."""
    approve_above_credits: _Credits | None = None
    approve_above_usd: _Usd | None = None
    """From above this price on, a request waits until the owner of the studio approves it; None: never."""


class PricingChange(BaseModel):
    """What is to be changed; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    markup_percent: _Percent = Decimal(0)
    batch_discount_percent: _Percent = Decimal(0)
    batch_discount_most_percent: _Percent = Decimal(0)
    sells_below_cost: bool = False
    warn_above_credits: _Credits = 0
    warn_above_usd: _Usd = Decimal(0)
    approve_above_credits: _Credits | None = None
    approve_above_usd: _Usd | None = None


def pricing(session: Session) -> Pricing:
    """The rules in force."""
    return pricing_under(rules_in_force(session))


def pricing_under(rules: dict[str, dict[str, Any]]) -> Pricing:
    """The shipped rules with an admin's changes."""
    return Pricing.model_validate(rules.get(_RULE, {}))


def change_pricing(session: Session, change: PricingChange) -> Pricing:
    """Changes the rules for all quotes from now on; what was agreed stays."""
    told = change.model_dump(mode="json", exclude_unset=True)
    keep_rule(session, _RULE, {**rules_in_force(session).get(_RULE, {}), **told})
    return pricing(session)
