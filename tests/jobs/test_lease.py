"""A lease: held while it is renewed, over in good time, and never for two processes of one place."""

from pathlib import Path

import pytest

from photoplay import jobs
from photoplay.bootstrap import open_database
from photoplay.core.db import Database
from photoplay.jobs import Lease, LeaseOver
from tests.factories import settings_for


class Lived:
    """The seconds that a machine has lived."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def _lease(db: Database, place: str, lived: Lived) -> Lease:
    return Lease(db, kind="work", place=place, seconds=30, lived=lived)


async def test_a_lease_that_is_not_renewed_forbids_to_send_long_before_others_take_over(
    postgres_url: str, tmp_path: Path
) -> None:
    db, lived = open_database(settings_for(tmp_path, DATABASE_URL=postgres_url)), Lived()
    lease = _lease(db, "here", lived)
    assert not lease.is_held
    await lease.join()
    lease.check()
    lived.seconds += 14.9
    lease.check()
    lived.seconds += 0.2
    with pytest.raises(LeaseOver):
        lease.check()
    assert await db.write(lambda session: jobs.bury(session, silent_seconds=30)) == []
    db.close()


async def test_who_comes_to_a_place_again_has_ended_before_and_the_silent_are_struck_out_once(
    postgres_url: str, tmp_path: Path
) -> None:
    db = open_database(settings_for(tmp_path, DATABASE_URL=postgres_url))
    before, again, other = (_lease(db, place, Lived()) for place in ("here", "here", "there"))
    for lease in (before, other, again):
        await lease.join()
    living = {view.id for view in await db.read(jobs.workers_of_house)}
    assert living == {again.id, other.id}
    assert set(await db.write(lambda session: jobs.bury(session, silent_seconds=-1))) == living
    assert await db.write(lambda session: jobs.bury(session, silent_seconds=-1)) == []
    assert not await db.write(lambda session: jobs.is_worker(session, again.id))
    db.close()


async def test_the_only_process_of_a_folder_keeps_its_lease(tmp_path: Path) -> None:
    db, lived = open_database(settings_for(tmp_path)), Lived()
    lease = _lease(db, "here", lived)
    await lease.join()
    lived.seconds += 10_000
    lease.check()
    await lease.end()
    assert not lease.is_held
    db.close()
