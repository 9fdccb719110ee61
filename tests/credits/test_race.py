"""The ledger when many come at once, and when something is done twice."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy.orm import Session

from photoplay import credits
from photoplay.core.db import Database
from photoplay.core.money import Credits
from photoplay.credits import AccountView, InsufficientCredits, Settlement

OWNER = "usr_mara"
PRICE = Decimal("0.04")


def _open(session: Session, *, granted: int, metered: bool = True) -> None:
    credits.open_account(session, OWNER, metered=metered)
    if granted:
        credits.grant(session, OWNER, Credits(granted), key="first")


def _hold(session: Session, generation_id: str, price_credits: int | None = 4) -> None:
    credits.hold(session, OWNER, generation_id, cost_usd=PRICE, price_credits=price_credits)


def _settle(session: Session, generation_id: str, price_credits: int | None = 4) -> None:
    credits.settle(session, OWNER, [Settlement(generation_id, f"{generation_id}-1", PRICE, price_credits)])


async def _account(database: Database) -> AccountView:
    return await database.read(lambda session: credits.account_of(session, OWNER))


async def _kinds(database: Database) -> list[str]:
    entries = await database.read(lambda session: credits.entries_of(session, OWNER, limit=500))
    return sorted(entry.kind for entry in entries)


async def test_of_two_hundred_who_want_the_last_credits_one_gets_them(database: Database) -> None:
    await database.write(lambda session: _open(session, granted=4))
    wanted = [database.write(partial(_hold, generation_id=f"gen_{number}")) for number in range(200)]
    answers = await asyncio.gather(*wanted, return_exceptions=True)
    assert [type(answer) for answer in answers if answer is not None] == [InsufficientCredits] * 199
    account = await _account(database)
    assert (account.available_credits, account.held_credits, account.held_usd) == (0, 4, PRICE)
    assert await _kinds(database) == ["grant", "hold"]


async def test_the_sums_are_what_the_entries_say_after_many_at_once(database: Database) -> None:
    await database.write(lambda session: _open(session, granted=400))
    numbers = range(40)
    await asyncio.gather(*(database.write(partial(_hold, generation_id=f"gen_{number}")) for number in numbers))

    def _end(session: Session, number: int) -> None:
        if number % 2:
            _settle(session, f"gen_{number}")
        else:
            credits.release(session, OWNER, f"gen_{number}")

    await asyncio.gather(*(database.write(partial(_end, number=number)) for number in numbers))
    account = await _account(database)
    assert (account.available_credits, account.held_credits, account.held_usd) == (400 - 20 * 4, 0, Decimal(0))
    assert account.spent_this_month_usd == 20 * PRICE


@pytest.mark.parametrize("price_credits", [4, None], ids=["metered", "unmetered"])
@pytest.mark.parametrize(
    "end", [_settle, lambda session, generation_id, _price: credits.release(session, OWNER, generation_id)]
)
async def test_an_end_that_is_repeated_changes_nothing(
    database: Database, end: Callable[[Session, str, int | None], None], price_credits: int | None
) -> None:
    await database.write(
        lambda session: _open(session, granted=0 if price_credits is None else 10, metered=price_credits is not None)
    )
    await database.write(lambda session: _hold(session, "gen_1", price_credits))
    await database.write(lambda session: end(session, "gen_1", price_credits))
    once, kinds = await _account(database), await _kinds(database)
    for _repeat in range(2):
        await database.write(lambda session: end(session, "gen_1", price_credits))
    await database.write(lambda session: _hold(session, "gen_1", price_credits))
    assert (await _account(database), await _kinds(database)) == (once, kinds)


async def test_an_account_opened_by_many_at_once_is_one(database: Database) -> None:
    await asyncio.gather(*(database.write(lambda session: _open(session, granted=7)) for _number in range(10)))
    assert (await _account(database)).available_credits == 7
