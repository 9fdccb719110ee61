"""Prices that the owner sets, in the place of a vendor's list price or where there is none."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.catalog._catalog import Catalog, Offer
from photoplay.catalog.errors import PriceInvalid, PriceNotFound
from photoplay.catalog.forms import form_of
from photoplay.catalog.prices import PriceRule, Scalar, Unit
from photoplay.catalog.tables import SetPriceRow
from photoplay.core import clock
from photoplay.core.ids import new_id
from photoplay.core.log import Log

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Dollars = Annotated[Decimal, Field(ge=0, le=10_000, max_digits=12, decimal_places=8)]
_OWN: Final = {"model", "note"}
_log = Log("catalog")


class NewPrice(BaseModel):
    """A price to set. It counts before every other for orders of this operation whose settings are as `when` says.

    `cost_usd` is per unit; with `high_usd`, what is held back. Where neither the request nor the model tells how many units
    (a length that the model chooses), `usual_units` and `most_units` say it.
    """

    model_config = ConfigDict(extra="forbid")

    model: str = Field(max_length=120)
    operation: str = Field(max_length=40)
    unit: Unit
    cost_usd: Dollars = Decimal(0)
    low_usd: Dollars | None = None
    high_usd: Dollars | None = None
    first_usd: Dollars | None = None
    input_usd: Dollars = Decimal(0)
    minimum_usd: Dollars = Decimal(0)
    per: Annotated[Decimal, Field(gt=0, le=1_000_000)] = Decimal(1)
    rounds_up: bool = False
    usual_units: Annotated[Decimal, Field(gt=0, le=1_000_000)] | None = None
    most_units: Annotated[Decimal, Field(gt=0, le=1_000_000)] | None = None
    when: dict[str, Scalar | list[Scalar]] = Field(default_factory=dict, max_length=8)
    note: Note = Field(default="", description="Why, or where it was read. Shown with every quote.")


class SetPriceView(BaseModel):
    """A price that the owner set. `price` is in words."""

    id: str
    model: str
    operation: str
    price: str
    unit: Unit
    cost_usd: Decimal
    high_usd: Decimal | None
    when: dict[str, Scalar | list[Scalar]]
    note: str
    set_by: str
    set_at: datetime


def set_price(session: Session, catalog: Catalog, wanted: NewPrice, *, set_by: str) -> SetPriceView:
    """Keeps a price for orders from now on. Raises `UnknownModel`, `ModelCannot`, `PriceInvalid`."""
    offer = catalog.find(wanted.model)
    catalog.check_does(offer, wanted.operation)
    _check_settings(offer, wanted)
    facts = {name: value for name, value in wanted.model_dump(exclude_unset=True).items() if name not in _OWN}
    rule = _rule(facts, wanted.note, set_by, clock.now().date())
    row = SetPriceRow(
        id=new_id("prc"),
        model=offer.card.id,
        rule=rule.model_dump(mode="json", exclude_defaults=True),
        set_by=set_by,
        set_at=clock.now(),
    )
    session.add(row)
    session.flush()
    _log.info("price.set", model=row.model, operation=rule.operation, price=rule.in_words())
    return _view(row)


def drop_price(session: Session, price_id: str) -> None:
    """What the owner set counts no more; the vendor's list price does again. Raises `PriceNotFound`."""
    row = session.get(SetPriceRow, price_id)
    if row is None:
        raise PriceNotFound("There is no such price. It was taken back already, or never set.")
    _log.info("price.dropped", model=row.model, price=row.id)
    session.delete(row)


def prices_set(session: Session, model: str | None = None) -> list[SetPriceView]:
    """What the owner set, for all models or one, the newest first: that is the order in which they count."""
    query = select(SetPriceRow).order_by(SetPriceRow.id.desc())
    if model is not None:
        query = query.where(SetPriceRow.model == model)
    return [_view(row) for row in session.scalars(query)]


def set_rules(session: Session) -> Mapping[str, tuple[PriceRule, ...]]:
    """The rules that the owner set, by model, the newest first."""
    rules: dict[str, tuple[PriceRule, ...]] = {}
    for row in session.scalars(select(SetPriceRow).order_by(SetPriceRow.id.desc())):
        rules[row.model] = (*rules.get(row.model, ()), PriceRule.model_validate(row.rule))
    return rules


def _check_settings(offer: Offer, wanted: NewPrice) -> None:
    known = form_of(wanted.operation, offer.card).get("properties", {}) if wanted.when else {}
    wrong = {f"when.{name}": f"{offer.card.name} has no such setting." for name in wanted.when if name not in known}
    if wrong:
        raise PriceInvalid("This price is for settings that the model does not have.", fields=wrong)


def _rule(facts: Mapping[str, Any], note: str, set_by: str, day: date) -> PriceRule:
    try:
        return PriceRule.model_validate({**facts, "source": note, "read_on": day, "set_by": set_by})
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        fields = {".".join(str(part) for part in one["loc"]) or "cost_usd": one["msg"] for one in problems}
        raise PriceInvalid("This is no price.", fields=fields) from None


def _view(row: SetPriceRow) -> SetPriceView:
    rule = PriceRule.model_validate(row.rule)
    return SetPriceView(
        id=row.id,
        model=row.model,
        operation=rule.operation,
        price=rule.in_words(),
        unit=rule.unit,
        cost_usd=rule.cost_usd,
        high_usd=rule.high_usd,
        when=rule.when,
        note=rule.source,
        set_by=row.set_by,
        set_at=row.set_at,
    )
