"""Price rules: what a vendor bills for one order, as data with source and date."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from photoplay.core.money import usd
from photoplay.providers import Json

Unit = Literal["free", "image", "second", "1k-characters", "run"]


class PriceRule(BaseModel):
    """One price. `when` narrows it to orders whose params have these values; the first rule that fits is in force."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    operation: str
    unit: Unit
    cost_usd: Decimal = Decimal(0)
    when: dict[str, str | int | float | bool] = {}
    source: str
    read_on: date

    def fits(self, operation: str, params: Mapping[str, Json]) -> bool:
        """Whether this rule is about such an order."""
        return self.operation == operation and all(params.get(name) == value for name, value in self.when.items())


def price_of(rule: PriceRule, params: Mapping[str, Json]) -> Decimal:
    """What one order with these params costs by this rule, in dollars."""
    match rule.unit:
        case "free":
            return usd(0)
        case "image" | "run":
            return usd(rule.cost_usd)
        case "second":
            return usd(rule.cost_usd * Decimal(str(params["duration_seconds"])))
        case "1k-characters":
            return usd(rule.cost_usd * len(str(params["prompt"])) / 1000)
