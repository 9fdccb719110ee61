"""Packages of credits on sale, as data in `packages.toml`."""

import tomllib
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from photoplay.credits.errors import UnknownPackage


class Package(BaseModel):
    """So many credits for a price: that of the credits ($0.01 each) less the discount."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    credits: int = Field(gt=0)
    price_usd: Decimal = Field(gt=0, decimal_places=2)
    discount_percent: Decimal = Field(ge=0, lt=100)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.price_usd != self.credits * (100 - self.discount_percent) / 10_000:
            raise ValueError(f"The price of {self.name} is not that of its credits less its discount.")
        return self


@cache
def packages() -> tuple[Package, ...]:
    """Everything on sale, the smallest first."""
    text = resources.files("photoplay.credits").joinpath("packages.toml").read_text("utf-8")
    found = [Package.model_validate({"name": name, **facts}) for name, facts in tomllib.loads(text)["packages"].items()]
    return tuple(sorted(found, key=lambda package: package.credits))


def package_named(name: str) -> Package:
    """The package of this name. Raises `UnknownPackage`."""
    found = next((package for package in packages() if package.name == name), None)
    if found is None:
        raise UnknownPackage(f'There is no package "{name}". There are {", ".join(one.name for one in packages())}.')
    return found
