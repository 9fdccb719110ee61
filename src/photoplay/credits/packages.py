"""Packages of credits on sale. Data in `packages.toml`, changed by an admin's rows."""

import tomllib
from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from functools import cache
from importlib import resources
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, computed_field, model_validator
from sqlalchemy.orm import Session

from photoplay.credits.errors import PackageUnfinished, UnknownPackage
from photoplay.credits.rules import keep_rule, rules_in_force

_RULE: Final = "package:"
_CENT: Final = Decimal("0.01")
_Title = Annotated[str, Field(min_length=1, max_length=40)]
_Credits = Annotated[int, Field(ge=1, le=100_000_000)]
_Percent = Annotated[Decimal, Field(ge=0, le=90, decimal_places=2)]


class Package(BaseModel):
    """So many credits for a price: that of the credits ($0.01 each) less the discount, rounded up to a cent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: _Title
    credits: _Credits
    discount_percent: _Percent = Decimal(0)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def price_usd(self) -> Decimal:
        """What it costs."""
        return (self.credits * (100 - self.discount_percent) / 10_000).quantize(_CENT, ROUND_CEILING)


class PackageDetails(Package):
    """A package and where it comes from."""

    is_on_sale: bool = True
    is_shipped: bool
    is_changed: bool
    """Whether something is set here that is not as it was shipped."""


class PackageChange(BaseModel):
    """What is to be changed of a package; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    title: _Title = ""
    credits: _Credits = 0
    discount_percent: _Percent = Decimal(0)
    is_on_sale: bool = True

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("Name at least one thing to change.")
        return self


def packages(session: Session) -> list[Package]:
    """Everything on sale, the smallest first."""
    return [Package(**_facts(one)) for one in all_packages(session) if one.is_on_sale]


def all_packages(session: Session) -> list[PackageDetails]:
    """Also those that are not on sale now, the smallest first."""
    return sorted(_packages_under(rules_in_force(session)).values(), key=lambda one: (one.credits, one.name))


def package_named(session: Session, name: str) -> Package:
    """The package of this name that is on sale. Raises `UnknownPackage`."""
    sold = packages(session)
    found = next((package for package in sold if package.name == name), None)
    if found is None:
        raise UnknownPackage(
            f'There is no package "{name}". There are {", ".join(one.name for one in sold) or "none on sale"}.'
        )
    return found


def change_package(session: Session, name: str, change: PackageChange) -> PackageDetails:
    """Changes a package, or makes one of a new name, for all who buy from now on. Raises `PackageUnfinished`."""
    rules = rules_in_force(session)
    merged = {**rules.get(_RULE + name, {}), **change.model_dump(mode="json", exclude_unset=True)}
    lacks = {"title", "credits"} - merged.keys() - _shipped().get(name, {}).keys()
    if lacks:
        raise PackageUnfinished(
            "A new package needs a title and its credits.", fields=dict.fromkeys(lacks, "This is missing.")
        )
    keep_rule(session, _RULE + name, merged)
    return _packages_under({_RULE + name: merged})[name]


def drop_package(session: Session, name: str) -> PackageChange:
    """Takes away what was set of a package, and gives it: one that was shipped is again as shipped, another one is gone.

    Raises `UnknownPackage` where nothing was set.
    """
    changes = rules_in_force(session).get(_RULE + name)
    if changes is None:
        raise UnknownPackage(f'Nothing is set of a package "{name}".')
    keep_rule(session, _RULE + name, {})
    return PackageChange.model_validate(changes)


def _packages_under(rules: Mapping[str, Mapping[str, Any]]) -> dict[str, PackageDetails]:
    own = {name.removeprefix(_RULE): changes for name, changes in rules.items() if name.startswith(_RULE)}
    shipped = _shipped()
    return {
        name: PackageDetails(
            name=name,
            is_shipped=name in shipped,
            is_changed=name in own,
            **{**shipped.get(name, {}), **own.get(name, {})},
        )
        for name in {**shipped, **own}
    }


def _facts(one: Package) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Package.model_fields}


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    text = resources.files("photoplay.credits").joinpath("packages.toml").read_text("utf-8")
    read: dict[str, dict[str, Any]] = tomllib.loads(text)["packages"]
    return read
