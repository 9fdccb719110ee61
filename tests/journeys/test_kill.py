"""Killed with SIGKILL in every phase and started again: each generation ends once, with one set of assets, charged once."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.journeys.kill_program import Bill, Plan, to_line
from tests.journeys.ledger_audit import Facts, audit

ROOT = Path(__file__).parents[2]
KILLED = -9
ASKED = 2
POINTS = (
    "queued",
    "generation.running",
    "before-send",
    "taken",
    "answered",
    "waiting",
    "fetching",
    "marked",
    "stored",
    "generation.succeeded",
    "asset.rendered",
)
FINISHING = ("generation.succeeded", "asset.rendered")
"""Points after the end of a generation, while its renditions are made."""


@dataclass
class Lives:
    """Runs lives of a studio one after another, each in a process of its own."""

    program: "subprocess.Popen[str]"
    made: Path
    lives: int = 0
    kills: int = 0

    def end_of(self, plan: Plan, *, make: bool = False) -> int:
        """How a life ended: 0 by itself, negative by that signal."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(to_line(plan, make=make))
        self.program.stdin.flush()
        ended = int(self.program.stdout.readline())
        self.lives, self.kills = self.lives + 1, self.kills + (ended == KILLED)
        return ended


@dataclass
class Case:
    """A folder with a member in it, and the bill of the vendor."""

    lives: Lives
    data: Path
    bill: Bill
    facts: dict[str, object] = field(default_factory=dict)

    def live(self, **facts: object) -> int:
        """One more life of this studio."""
        return self.lives.end_of(Plan(**{**self.facts, **facts}))  # type: ignore[arg-type]

    def forget_engine(self) -> None:
        """Deletes everything that the engine remembers."""
        found = list(self.data.glob("engine.sqlite3*"))
        assert found
        for path in found:
            path.unlink()


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    made = tmp_path_factory.mktemp("made")
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.kill_program"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with program:
        ready = Lives(program, made)
        (made / "bill").mkdir()
        assert ready.end_of(Plan(data=str(made / "data"), bill=str(made / "bill")), make=True) == 0
        yield ready
        assert program.stdin is not None
        program.stdin.close()
        print(f"{ready.lives} lives, {ready.kills} kills")  # noqa: T201 - seen with -s, the figure that counts


@pytest.fixture
def case(lives: Lives, tmp_path: Path) -> Case:
    shutil.copytree(lives.made, tmp_path, dirs_exist_ok=True)
    bill = Bill(tmp_path / "bill")
    [member] = bill.lines("member")
    return Case(
        lives,
        tmp_path / "data",
        bill,
        {"data": str(tmp_path / "data"), "bill": str(tmp_path / "bill"), "member": member},
    )


def assert_made_once(case: Case, facts: Facts) -> None:
    """All that was asked for is there once, and the vendor was paid once for each."""
    assert facts.statuses == {"succeeded": ASKED}
    assert (facts.assets, [status for _id, status in facts.orders]) == (ASKED, ["delivered"] * ASKED)
    charged = [order_id.rpartition("-")[0] for order_id in case.bill.lines("charged")]
    assert sorted(charged) == facts.generations


@pytest.mark.parametrize("point", POINTS)
def test_killed_twice_it_ends_once(case: Case, point: str) -> None:
    is_late = point in FINISHING
    assert case.live(ask=ASKED, kill_at=point, until_finished=is_late) == KILLED
    second = case.live(kill_at=point, until_finished=is_late)
    assert second in (KILLED, 0), "some points are passed only once in all lives"
    assert case.live(until_finished=is_late) == 0
    assert_made_once(case, audit(case.data))


@pytest.mark.parametrize("point", POINTS)
def test_killed_and_robbed_of_the_engines_tables_it_ends_once(case: Case, point: str) -> None:
    assert case.live(ask=ASKED, kill_at=point, until_finished=point in FINISHING) == KILLED
    case.forget_engine()
    assert case.live() == 0
    assert_made_once(case, audit(case.data))


@pytest.mark.parametrize("point", ["before-send", "taken", "fetching", "stored"])
def test_an_answer_with_the_file_in_it_survives_a_kill(case: Case, point: str) -> None:
    assert case.live(ask=ASKED, kill_at=point, answers_with_file=True) == KILLED
    assert case.live(answers_with_file=True) == 0
    assert_made_once(case, audit(case.data))


@pytest.mark.parametrize("point", ["before-send", "taken"])
def test_without_key_and_search_a_lost_answer_is_never_sent_again(case: Case, point: str) -> None:
    assert case.live(ask=ASKED, kill_at=point, recovery="none") == KILLED
    assert case.live(recovery="none") == 0
    after = audit(case.data)
    assert after.statuses["uncertain"] >= 1
    assert case.live(recovery="none") == 0
    assert audit(case.data) == after
    assert case.live(recovery="none", hours_later=25) == 0
    ended = audit(case.data)
    assert set(ended.statuses) <= {"failed", "succeeded"}
    assert ended.statuses["failed"] == after.statuses["uncertain"]
    sent = case.bill.lines("sent")
    assert len(sent) == len(set(sent))
    assert len({order_id.rpartition("-")[0] for order_id in sent}) == len(sent), "each generation was sent at most once"


@pytest.mark.parametrize("recovery", ["key", "none"])
def test_told_to_stop_it_lets_orders_arrive_and_leaves_nothing_uncertain(case: Case, recovery: str) -> None:
    assert case.live(ask=ASKED, terms=1, recovery=recovery) == 0
    left = audit(case.data, is_tidy=False)
    assert "uncertain" not in left.statuses
    assert {status for _id, status in left.orders} <= {"accepted", "delivered"}
    assert left.orders
    assert case.live(recovery=recovery) == 0
    assert_made_once(case, audit(case.data))
    assert sorted(case.bill.lines("sent")) == sorted(case.bill.lines("charged"))


@pytest.mark.parametrize("recovery", ["key", "none"])
def test_told_twice_it_leaves_at_once_and_names_the_orders(case: Case, recovery: str) -> None:
    assert case.live(ask=1, terms=2, recovery=recovery) == 1
    [generation_id] = audit(case.data, is_tidy=False).generations
    told = (case.bill.folder / "stderr").read_text()
    assert "Left at once" in told
    assert generation_id in told
    assert case.live(recovery=recovery) == 0
    ended = audit(case.data)
    assert ended.statuses == {"succeeded" if recovery == "key" else "uncertain": 1}
    assert case.bill.lines("sent") == ([f"{generation_id}-1"] if recovery == "key" else [])


@pytest.mark.parametrize("point", ["queued", "taken", "stored", "generation.succeeded"])
def test_a_chain_is_killed_at_each_life_and_goes_on_to_its_end(case: Case, point: str) -> None:
    assert case.live(ask=1, chain=True, kill_at=point) == KILLED
    case.forget_engine()
    assert case.live(chain=True, kill_at="generation.succeeded") in (KILLED, 0)
    assert case.live(chain=True) == 0
    facts = audit(case.data)
    assert facts.statuses == {"succeeded": 3}
    assert (facts.assets, [status for _id, status in facts.orders]) == (3, ["delivered"] * 3)
    charged = [order_id.rpartition("-")[0] for order_id in case.bill.lines("charged")]
    assert sorted(charged) == facts.generations
