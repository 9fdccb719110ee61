"""An operator ends an uncertainty: made, not made or written off, each with its effect on money told before."""

from decimal import Decimal
from pathlib import Path

import pytest

from photoplay import credits, generation
from photoplay.accounts import Viewer
from photoplay.core.http import Http
from photoplay.generation import GenerationView, Resolution
from photoplay.generation.errors import NotUncertain, NumberWrong
from photoplay.providers import Invalid, Order, OutcomeUnknown, Ticket
from tests.factories import House, a_house
from tests.scripted import ScriptedProvider


class LosingVendor(ScriptedProvider):
    """Loses every answer; knows its orders by numbers of its own."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.on_submit = self._lose

    def ticket_for(self, number: str, order: Order) -> Ticket:
        """As the vendor's dashboard shows it."""
        return Ticket({"order": number})

    async def check(self, ticket: Ticket, order: Order, http: Http) -> object:  # type: ignore[override]
        """Knows what begins with `job`."""
        if not str(ticket.reference["order"]).startswith("job"):
            raise Invalid("There is no such order here.")
        return await super().check(ticket, order, http)

    def _lose(self, order: Order) -> None:
        raise OutcomeUnknown("The answer was lost.")


def _vendor() -> LosingVendor:
    return LosingVendor(recovery="none")


async def _uncertain(house: House, viewer: Viewer) -> GenerationView:
    asked = await house.ask(viewer, model="scripted:paid")
    return await house.until(asked.id, lambda view: view.status == "uncertain", viewer)


async def _money(house: House, viewer: Viewer) -> tuple[int | None, int | None]:
    account = await house.studio.runtime.db.read(lambda session: credits.account_of(session, viewer.user_id))
    return account.available_credits, account.held_credits


async def _resolve(
    house: House, generation_id: str, outcome: str, *, number: str | None = None, is_preview: bool = False
) -> generation.ResolutionView:
    wanted = Resolution.model_validate({"outcome": outcome, "number": number})
    return await generation.resolve(house.studio.runtime, generation_id, wanted, is_preview=is_preview)


async def test_an_uncertain_generation_says_when_it_is_looked_at_again_and_decided(tmp_path: Path) -> None:
    async with a_house(tmp_path, _vendor()) as house:
        mara = await house.member(granted=100)
        uncertain = await _uncertain(house, mara)
        assert uncertain.looks_again_at is not None
        assert uncertain.decided_by is not None
        hours = (uncertain.decided_by - uncertain.looks_again_at).total_seconds() / 3600
        assert 23.9 < hours < 24


async def test_what_was_made_is_fetched_by_the_vendors_number_and_paid(tmp_path: Path) -> None:
    async with a_house(tmp_path, _vendor()) as house:
        mara = await house.member(granted=100)
        uncertain = await _uncertain(house, mara)
        seen = await _resolve(house, uncertain.id, "made", number="job-7", is_preview=True)
        assert (seen.owner_pays_credits, seen.released_credits, seen.is_done) == (4, 0, False)
        assert await _money(house, mara) == (96, 4)
        await _resolve(house, uncertain.id, "made", number="job-7")
        ended = await house.end(uncertain.id, mara)
        assert (ended.status, len(ended.assets), await _money(house, mara)) == ("succeeded", 1, (96, 0))
        assert house.provider.submitted == [f"{uncertain.id}-1"]


@pytest.mark.parametrize(("outcome", "cost"), [("not-made", Decimal(0)), ("written-off", None)])
async def test_what_was_not_made_or_is_written_off_gives_the_hold_back(
    tmp_path: Path, outcome: str, cost: Decimal | None
) -> None:
    async with a_house(tmp_path, _vendor()) as house:
        mara = await house.member(granted=100)
        uncertain = await _uncertain(house, mara)
        seen = await _resolve(house, uncertain.id, outcome, is_preview=True)
        assert (seen.released_credits, seen.owner_pays_credits, seen.studio_pays_usd) == (4, 0, cost)
        assert (await house.look(uncertain.id, mara)).status == "uncertain"
        await _resolve(house, uncertain.id, outcome)
        ended = await house.end(uncertain.id, mara)
        assert ended.error is not None
        assert (ended.status, await _money(house, mara)) == ("failed", (100, 0))
        assert "You are not charged." in ended.error.message
        with pytest.raises(NotUncertain):
            await _resolve(house, uncertain.id, outcome)
        assert house.provider.submitted == [f"{uncertain.id}-1"]


async def test_a_number_that_the_vendor_does_not_know_changes_nothing(tmp_path: Path) -> None:
    async with a_house(tmp_path, _vendor()) as house:
        mara = await house.member(granted=100)
        uncertain = await _uncertain(house, mara)
        with pytest.raises(NumberWrong, match="There is no such order here"):
            await _resolve(house, uncertain.id, "made", number="typo-7")
        with pytest.raises(NumberWrong, match="vendor's number"):
            await _resolve(house, uncertain.id, "made")
        assert (await house.look(uncertain.id, mara)).status == "uncertain"
        assert await _money(house, mara) == (96, 4)


async def test_one_number_is_not_given_to_two_generations(tmp_path: Path) -> None:
    async with a_house(tmp_path, _vendor()) as house:
        first, second = await _uncertain(house, house.owner), await _uncertain(house, house.owner)
        await _resolve(house, first.id, "made", number="job-7")
        await house.end(first.id)
        with pytest.raises(NumberWrong, match="another generation's order"):
            await _resolve(house, second.id, "made", number="job-7")


async def test_what_was_written_off_is_kept_for_its_owner_when_it_turns_up_and_costs_her_nothing(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, _vendor()) as house:
        mara = await house.member(granted=100)
        uncertain = await _uncertain(house, mara)
        await _resolve(house, uncertain.id, "written-off")
        await house.end(uncertain.id, mara)
        seen = await _resolve(house, uncertain.id, "made", number="job-7", is_preview=True)
        assert (seen.owner_pays_credits, seen.studio_pays_usd) == (0, Decimal("0.04"))
        await _resolve(house, uncertain.id, "made", number="job-7")
        late = await house.until(uncertain.id, lambda view: bool(view.assets), mara)
        assert (late.status, late.cost_usd, await _money(house, mara)) == ("failed", Decimal("0.04"), (100, 0))
        assert [order.status for order in late.orders] == ["delivered"]


async def test_the_operator_sees_what_was_sent_and_what_was_given_up(tmp_path: Path) -> None:
    async with a_house(tmp_path, _vendor()) as house:
        mara = await house.member(granted=100)
        open_one, given_up = await _uncertain(house, mara), await _uncertain(house, mara)
        await _resolve(house, given_up.id, "written-off")
        runtime = house.studio.runtime
        views = await runtime.db.read(lambda session: generation.uncertain_orders(session, runtime))
        assert [(view.generation_id, view.is_open) for view in views] == [(open_one.id, True), (given_up.id, False)]
        first = views[0]
        assert (first.owner, first.reason, first.held_credits) == ("Mara", "The answer was lost.", 4)
        assert first.sent["params"]["prompt"] == "calm ocean"
        assert "takes no key and cannot be searched" in first.how


async def test_an_order_that_a_dead_process_left_says_why_it_is_uncertain(tmp_path: Path) -> None:
    async def _never(order: Order, http: Http) -> Ticket:
        raise TimeoutError

    class Gone(ScriptedProvider):
        """Breaks in our own code while the order may be out."""

        submit = staticmethod(_never)  # type: ignore[assignment]

    async with a_house(tmp_path, Gone(recovery="none")) as house:
        asked = await house.ask(model="scripted:paid")
        uncertain = await house.until(asked.id, lambda view: view.status == "uncertain")
        assert [order.error for order in uncertain.orders] == ["Our own fault while sending."]
