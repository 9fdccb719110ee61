"""The short form of `make chaos`: two vendors, one that takes our key and one that neither takes it nor can be searched."""

from pathlib import Path

import pytest

from tests.chaos.plan import Plan
from tests.chaos.run import run


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_whatever_is_killed_nothing_is_paid_twice_or_lost(tmp_path: Path) -> None:
    plan = Plan(
        seed=20261121,
        jobs=24,
        kills=12,
        vendors=("kling", "fal"),
        longest_round_seconds=1.0,
        sandbox_restarts_every=6,
        full_disk_every=5,
    )
    verdict = run(plan, tmp_path)
    assert verdict.wrong == [], verdict.table()
    assert (verdict.charged_twice, verdict.lost) == (0, 0), verdict.table()
