"""Buying credits: the seam to whoever takes the money, and what happens when they say that it was paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay import events
from photoplay.core import clock
from photoplay.core.db import Database
from photoplay.core.http import Http
from photoplay.core.ids import new_id
from photoplay.core.log import Log
from photoplay.core.money import Credits
from photoplay.credits.errors import NoCheckout, PurchaseNotFound
from photoplay.credits.grant import grant
from photoplay.credits.packages import package_named
from photoplay.credits.queries import account_of
from photoplay.credits.tables import PurchaseRow
from photoplay.events import Hub

_log = Log("credits")


class PurchaseView(BaseModel):
    """A package that somebody set out to buy. `address` is where it is paid, as long as it is not."""

    id: str
    package: str
    credits: int
    price_usd: Decimal
    status: Literal["open", "paid"]
    address: str | None = None
    created_at: datetime
    paid_at: datetime | None


@dataclass(frozen=True)
class Begun:
    """A payment that was set up: how its provider calls it, and the page where it is paid."""

    reference: str
    address: str


@dataclass(frozen=True)
class Paid:
    """A payment that was made, as its provider says and signs."""

    purchase_id: str
    reference: str
    price_usd: Decimal


class Checkout(Protocol):
    """Whoever takes the money."""

    @property
    def name(self) -> str:
        """A word for it in rows and addresses."""
        ...

    @property
    def is_made_up(self) -> bool:
        """Whether no money moves."""
        ...

    async def begin(self, purchase: PurchaseView, http: Http, *, back_to: str) -> Begun:
        """Sets a payment up; the same purchase twice is one. `back_to`: the page to come back to.

        Raises `PaymentUnreachable`.
        """
        ...

    def read_call(self, headers: Mapping[str, str], body: bytes) -> Paid | None:
        """What a call of the provider says was paid; None for other news. Names of headers are in lower case.

        Raises `PaymentForged`.
        """
        ...


async def buy(
    db: Database, http: Http, checkout: Checkout | None, *, owner_id: str, package: str, back_to: str
) -> PurchaseView:
    """Sets a purchase up and gives the page where it is paid. Credits come when the provider says that it was.

    Raises `NoCheckout`, `UnknownPackage`, `PaymentUnreachable`.
    """
    if checkout is None:
        raise NoCheckout("Credits cannot be bought here. Ask the owner of the studio for some.")
    opened = await db.write(lambda session: _open(session, checkout.name, owner_id, package))
    begun = await checkout.begin(opened, http, back_to=back_to)
    await db.write(lambda session: _note_begun(session, opened.id, begun))
    return opened.model_copy(update={"address": begun.address})


def complete(session: Session, hub: Hub, paid: Paid) -> bool:
    """Grants the credits of a purchase that was paid; again changes nothing. False: it is not about a purchase of ours."""
    row = session.get(PurchaseRow, paid.purchase_id, with_for_update=True)
    if row is None or row.price_usd != paid.price_usd or row.reference not in (None, paid.reference):
        _log.warning("payment.unmatched", purchase=paid.purchase_id, reference=paid.reference)
        return False
    if row.status != "paid":
        row.status, row.paid_at, row.reference = "paid", clock.now(), paid.reference
        note = f"Bought {row.credits:,} credits for ${row.price_usd:.2f}"
        give(session, hub, row.owner_id, Credits(row.credits), key=f"purchase:{row.id}", note=note)
    return True


def give(session: Session, hub: Hub, owner_id: str, credits: Credits, *, key: str, note: str) -> None:
    """Credits were added to an account, bought or given."""
    grant(session, owner_id, credits, key=key, note=note)
    events.record(session, hub, owner_id, "credits.granted", {"credits": credits, "note": note})


def purchase_of(session: Session, owner_id: str, purchase_id: str) -> PurchaseView:
    """A purchase of this owner. Raises `PurchaseNotFound`."""
    row = session.get(PurchaseRow, purchase_id)
    if row is None or row.owner_id != owner_id:
        raise PurchaseNotFound("There is no such purchase of yours.")
    return _view(row)


def purchases_of(session: Session, owner_id: str, *, limit: int = 50) -> list[PurchaseView]:
    """What this owner has bought, the newest first."""
    query = select(PurchaseRow).where(PurchaseRow.owner_id == owner_id, PurchaseRow.status == "paid")
    return [_view(row) for row in session.scalars(query.order_by(PurchaseRow.id.desc()).limit(limit))]


def _open(session: Session, provider: str, owner_id: str, package: str) -> PurchaseView:
    if not account_of(session, owner_id).metered:
        raise NoCheckout("Your account counts in dollars and needs no credits.")
    wanted = package_named(session, package)
    row = PurchaseRow(
        id=new_id("pur"),
        owner_id=owner_id,
        package=wanted.name,
        credits=wanted.credits,
        price_usd=wanted.price_usd,
        provider=provider,
        reference=None,
        status="open",
        created_at=clock.now(),
        paid_at=None,
    )
    session.add(row)
    return _view(row)


def _note_begun(session: Session, purchase_id: str, begun: Begun) -> None:
    row = session.get_one(PurchaseRow, purchase_id)
    row.reference = row.reference or begun.reference


def _view(row: PurchaseRow) -> PurchaseView:
    return PurchaseView(
        id=row.id,
        package=row.package,
        credits=row.credits,
        price_usd=row.price_usd,
        status="paid" if row.status == "paid" else "open",
        created_at=row.created_at,
        paid_at=row.paid_at,
    )
