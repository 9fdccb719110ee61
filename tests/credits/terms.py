"""Terms for tests that need no database."""

from typing import Any

from photoplay.credits import Plan, Pricing, Terms, Threshold
from photoplay.operations import MediaKind


def some_terms(*, metered: bool, flat: dict[MediaKind, int] | None = None, **pricing: Any) -> Terms:
    """The terms of an account on a plan without limits; `pricing` are rules of the studio."""
    rules = Pricing.model_validate(pricing)
    return Terms(
        owner_id="usr_mara",
        metered=metered,
        plan=Plan(name="free", title="Free", flat_credits=flat or {}),
        pricing=rules,
        warn_above=Threshold(rules.warn_above_credits, rules.warn_above_usd),
        approve_above=Threshold(rules.approve_above_credits, rules.approve_above_usd),
        budgets=(),
    )
