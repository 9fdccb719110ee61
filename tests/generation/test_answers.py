"""The table of answers is closed, and the studio does what it says: every row is walked."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from photoplay import providers
from photoplay.generation import GenerationView
from photoplay.generation.answers import AnswerRule, answer_rules
from photoplay.providers import Absent, CannotTell, Order, OutcomeUnknown, ProviderError, Ticket
from tests.factories import House, a_house
from tests.scripted import ScriptedProvider
from tests.vendors import SetClock, a_set_clock

ERRORS = (
    "NotConfigured",
    "Throttled",
    "Unavailable",
    "Invalid",
    "ContentRefused",
    "Failed",
    "OutcomeUnknown",
    "Unreadable",
)
FOUND: dict[str, Callable[[Order], Ticket | Absent | CannotTell]] = {
    "Absent": lambda order: Absent(),
    "CannotTell": lambda order: CannotTell(),
    "Ticket": lambda order: Ticket({}),
}
RECOVERY = {"submit": "none", "repeat": "key", "check": "none", "find": "search"}


def _error(name: str) -> ProviderError:
    made: ProviderError = getattr(providers, name)("As told.")
    return made


def test_every_failure_of_a_vendor_has_its_row_at_every_moment() -> None:
    rows = {(rule.moment, rule.answer) for rule in answer_rules()}
    assert len(rows) == len(answer_rules())
    assert {(moment, name) for moment in ("submit", "repeat", "check") for name in ERRORS} <= rows
    assert ("check", "Forgotten") in rows


def _vendor(rule: AnswerRule) -> ScriptedProvider:
    """A vendor that gives this answer at its moment, again and again."""

    def _submit(order: Order) -> None:
        sent = len(vendor.submitted)
        if rule.moment == "submit" or (rule.moment == "repeat" and sent > 1):
            raise _error(rule.answer)
        if rule.moment == "repeat" or (rule.moment == "find" and sent == 1):
            raise OutcomeUnknown("The answer was lost.")

    def _check(order: Order) -> None:
        if rule.moment == "check":
            raise _error(rule.answer)

    def _find(order: Order) -> Ticket | Absent | CannotTell:
        if rule.answer not in FOUND:
            raise _error(rule.answer)
        return FOUND[rule.answer](order)

    vendor = ScriptedProvider(on_submit=_submit, on_check=_check, found=_find, recovery=RECOVERY[rule.moment])
    return vendor


async def _hurry(house: House, generation_id: str, time: SetClock) -> None:
    """Lets the time pass that a retry waits for."""
    while True:
        time.move(seconds=1)
        house.studio.runtime.wakes.wake(generation_id)
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("rule", answer_rules(), ids=lambda rule: f"{rule.moment}-{rule.answer}")
async def test_the_studio_does_what_the_table_says(tmp_path: Path, rule: AnswerRule) -> None:
    with a_set_clock() as time:
        async with a_house(tmp_path, _vendor(rule), breaker_failures=100) as house:
            asked = await house.ask(model="scripted:paid")
            hurrying = asyncio.create_task(_hurry(house, asked.id, time)) if rule.sends > 2 else None
            view = await _end(house, asked.id, rule)
            if hurrying is not None:
                hurrying.cancel()
            assert (view.status, len(house.provider.submitted)) == (rule.ends, rule.sends)
            assert (view.error.code if view.error else "") == rule.code


async def _end(house: House, generation_id: str, rule: AnswerRule) -> GenerationView:
    if rule.ends == "running":
        return await house.until(generation_id, lambda view: view.word == "Its vendor does not answer")
    return await house.until(generation_id, lambda view: view.status == rule.ends)
