"""What is picked where results stand side by side teaches the choice of the best model."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from photoplay import catalog
from photoplay.catalog import Tally
from tests.factories import House, a_house

IMAGE = "text-to-image"
OWNER = "usr_owner"


def pair(at: int) -> list[tuple[str, str]]:
    """Two results side by side, of two models."""
    return [(f"ast_{at}_a", "vendor:a"), (f"ast_{at}_b", "vendor:b")]


async def tallies(house: House) -> dict[str, Tally]:
    """What the studio has learnt."""
    return dict(await house.studio.runtime.db.read(lambda session: catalog.picks_of(session, IMAGE)))


@pytest.mark.usefixtures("on_both_databases")
async def test_each_comparison_counts_once_by_what_was_picked_last(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        db = house.studio.runtime.db

        def _note(session: Session) -> None:
            for at in range(9):
                winner = f"ast_{at}_{'a' if at < 7 else 'b'}"
                catalog.note_pick(session, OWNER, operation=IMAGE, compared=pair(at), picked=winner)
            changed_mind = list(reversed(pair(8)))
            catalog.note_pick(session, "usr_mara", operation=IMAGE, compared=pair(8), picked="ast_8_a")
            catalog.note_pick(session, "usr_mara", operation=IMAGE, compared=changed_mind, picked=None)
            alone = [("ast_1", "vendor:a"), ("ast_2", "vendor:a")]
            catalog.note_pick(session, OWNER, operation=IMAGE, compared=alone, picked="ast_1")

        await db.write(_note)
        await db.write(_note)
        found = await tallies(house)
        assert found == {"vendor:a": Tally(9, 7, 4.5), "vendor:b": Tally(9, 2, 4.5)}
        assert found["vendor:a"].in_words() == "chosen 7 of 9 times here"
        assert round(found["vendor:a"].steps) == 8
        assert found["vendor:b"].steps == -found["vendor:a"].steps


def test_few_picks_move_little_and_chance_moves_nothing() -> None:
    assert 0 < Tally(1, 1, 0.5).steps < 5
    assert Tally(40, 20, 20.0).steps == 0
    assert 15 < Tally(400, 400, 200.0).steps < 20
