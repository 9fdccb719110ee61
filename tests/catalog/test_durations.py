"""How long models take, as the studio learns it."""

from sqlalchemy.orm import Session

from photoplay.catalog import Lessons, learnt_seconds
from photoplay.catalog.durations import KEPT
from photoplay.core.db import Database

SIZE = {"size": "1024", "prompt": "calm ocean"}


async def test_three_of_a_kind_tell_how_long_the_next_takes(database: Database) -> None:
    lessons = Lessons()

    def learn(session: Session, seconds: float) -> float | None:
        lessons.learn(session, "a:model", "text-to-image", SIZE, seconds=seconds)
        return learnt_seconds(session, "a:model", "text-to-image", SIZE)

    told = [await database.write(lambda session, took=took: learn(session, took)) for took in (2.0, 9.0, 3.0)]
    assert told == [None, None, 3.0]


async def test_of_a_burst_not_every_one_is_written(database: Database) -> None:
    lessons = Lessons()

    def learn_all(session: Session) -> tuple[float | None, float | None]:
        for took in [2.0] * KEPT + [8.0] * KEPT:
            lessons.learn(session, "a:model", "text-to-image", SIZE, seconds=took)
        lessons.learn(session, "a:model", "text-to-image", {"size": "512"}, seconds=1.0)
        other = {"size": "512"}
        return learnt_seconds(session, "a:model", "text-to-image", SIZE), learnt_seconds(
            session, "a:model", "text-to-image", other
        )

    assert await database.write(learn_all) == (2.0, None)
