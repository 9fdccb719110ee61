"""Several processes on one Postgres: what one leaves the others end, nothing is sent twice, and all is told everywhere."""

import asyncio
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from photoplay import generation, jobs
from photoplay.bootstrap import open_studio
from photoplay.generation import GenerationView, preview_file
from photoplay.jobs import NotOfThisStudio, WorkerView
from photoplay.storage import file_of
from tests.factories import House, a_house, picture, settings_for
from tests.scripted import ScriptedProvider
from tests.workers.worker_program import Plan, to_argument

ROOT = Path(__file__).parents[2]
LEASE_SECONDS = 6
PATIENCE_SECONDS = 90.0


@dataclass
class Crew:
    """A studio that only takes requests, and workers in processes of their own."""

    house: House
    plan: Plan
    workers: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def hire(self, **facts: object) -> asyncio.subprocess.Process:
        """One more worker, at work."""
        plan = Plan(**{**self.plan.__dict__, **facts})  # type: ignore[arg-type]
        command = (sys.executable, "-m", "tests.workers.worker_program", to_argument(plan))
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        self.workers.append(process)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        return process

    async def leaves_well(self, worker: asyncio.subprocess.Process) -> int:
        """Sends a worker away; how it ended."""
        db = self.house.studio.runtime.db
        living = await self.until_living(lambda living: worker.pid in living)
        await db.write(lambda session: jobs.send_away(session, living[worker.pid].id))
        return await worker.wait()

    def let_go(self) -> None:
        """From now on the vendor is done with everything."""
        (Path(self.plan.vendor) / "go").touch()

    def sent(self) -> list[tuple[str, int]]:
        """What the vendor got, and from which process."""
        path = Path(self.plan.vendor) / "sent"
        lines = path.read_text().split("\n")[:-1] if path.exists() else []
        return [(line.split()[0], int(line.split()[1])) for line in lines]

    async def living(self) -> dict[int, WorkerView]:
        """The workers that count as alive, by process."""
        views = await self.house.studio.runtime.db.read(jobs.workers_of_house)
        return {view.pid: view for view in views if view.kind == "work"}

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Waits for something outside of this process."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_so():  # noqa: ASYNC110 - it happens in other processes
                await asyncio.sleep(0.05)

    async def until_living(self, is_so: Callable[[dict[int, WorkerView]], bool]) -> dict[int, WorkerView]:
        """Waits for the workers to be as wanted."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_so(living := await self.living()):  # noqa: ASYNC110 - it happens in other processes
                await asyncio.sleep(0.05)
        return living


@asynccontextmanager
async def a_crew(folder: Path, url: str, **facts: object) -> AsyncIterator[Crew]:
    (folder / "vendor").mkdir()
    recovery = str(facts.get("recovery", "none"))
    provider = ScriptedProvider(recovery=recovery)
    async with a_house(folder / "data", provider, DATABASE_URL=url, lease_seconds=600) as house:
        runtime = house.studio.runtime
        await runtime.db.write(lambda session: jobs.send_away(session, runtime.lease.id))
        plan = Plan(str(folder / "data"), url, str(folder / "vendor"), LEASE_SECONDS, **facts)  # type: ignore[arg-type]
        crew = Crew(house, plan)
        await crew.until(lambda: runtime.lease.is_leaving)
        try:
            yield crew
        finally:
            for worker in crew.workers:
                if worker.returncode is None:
                    worker.kill()
                await worker.wait()


async def test_what_is_asked_for_here_is_made_there_and_told_here(postgres_url: str, tmp_path: Path) -> None:
    async with a_crew(tmp_path, postgres_url) as crew:
        await crew.hire()
        house, runtime = crew.house, crew.house.studio.runtime
        listening = runtime.hub.listen(house.owner.user_id)
        made, taken_back = await house.ask(model="scripted:paid"), await house.ask()
        seen = await house.until(made.id, lambda view: view.preview is not None)
        assert (seen.progress, seen.word) == (40.0, "Painting")
        assert seen.preview is not None
        assert await preview_file(runtime, made.id, seen.preview.number) is not None
        await house.until(taken_back.id, lambda view: view.phase == "waiting")
        await generation.cancel(runtime, house.owner, taken_back.id)
        assert (await house.end(taken_back.id)).status == "cancelled"
        crew.let_go()
        ended = await house.end(made.id)
        assert ended.status == "succeeded"
        assert (await file_of(runtime.storage, ended.assets[0].sha256, tmp_path / "copy")).stat().st_size > 50
        told = [message async for message in _all_of(listening)]
        numbers = [message.event.id for message in told if message.event]
        assert numbers == list(range(1, len(numbers) + 1)), "events come from there in their order, none is missing"
        assert any(message.type == "progress" for message in told)


async def _all_of(listening: object) -> AsyncIterator[object]:
    while True:
        try:
            async with asyncio.timeout(0.5):
                yield await listening.next()  # type: ignore[attr-defined]
        except TimeoutError:
            return


@pytest.mark.slow
async def test_the_work_of_the_dead_and_of_the_frozen_is_ended_by_the_last_one(
    postgres_url: str, tmp_path: Path
) -> None:
    async with a_crew(tmp_path, postgres_url) as crew:
        hired = {worker.pid: worker for worker in [await crew.hire() for _ in range(3)]}
        wanted = picture(model="scripted:paid", count=8)
        asked = (await generation.request(crew.house.studio.runtime, crew.house.owner, wanted)).batch.items
        await crew.until(lambda: len(crew.sent()) == len(asked))
        share = Counter(dict.fromkeys(hired, 0))
        share.update(pid for _order, pid in crew.sent())
        killed, frozen, last = [hired[pid] for pid, _count in share.most_common()]
        for one in asked:
            await crew.house.until(one.id, _is_accepted)
        before = (await crew.living())[frozen.pid].id
        killed.kill()
        os.kill(frozen.pid, signal.SIGSTOP)
        await crew.until_living(lambda living: set(living) == {last.pid})
        crew.let_go()
        os.kill(frozen.pid, signal.SIGCONT)
        ends = [await crew.house.end(one.id) for one in asked]
        assert [end.status for end in ends] == ["succeeded"] * len(asked)
        assert sorted(order for order, _pid in crew.sent()) == sorted(f"{one.id}-1" for one in asked), "each once"
        living = await crew.until_living(lambda living: frozen.pid in living)
        assert living[frozen.pid].id != before, "the thawed one begins anew, as somebody else"
        after = await crew.house.ask(model="scripted:paid")
        assert (await crew.house.end(after.id)).status == "succeeded"
        assert last.pid in living
        assert await crew.leaves_well(last) == 0
        await crew.until_living(lambda living: set(living) == {frozen.pid})


def _is_accepted(view: GenerationView) -> bool:
    return bool(view.orders) and view.orders[0].status == "accepted"


async def test_files_that_came_with_an_answer_outlive_the_machine_that_got_them(
    postgres_url: str, tmp_path: Path
) -> None:
    async with a_crew(tmp_path, postgres_url, answers_with_file=True) as crew:
        dying = await crew.hire(kill_at_fetch=True)
        asked = await crew.house.ask(model="scripted:paid")
        assert await dying.wait() == -signal.SIGKILL
        for spool in (tmp_path / "data" / "processes").glob("*/tmp"):
            for path in spool.rglob("picture.png"):
                path.unlink()
        await crew.hire()
        ended = await crew.house.end(asked.id)
        assert ended.status == "succeeded"
        assert len(crew.sent()) == 1
        kept = tmp_path / "data" / "blobs" / "parcels"
        await crew.until(lambda: not list(kept.rglob("*.png")))


async def test_a_machine_with_other_secrets_or_another_place_for_media_is_refused(
    postgres_url: str, tmp_path: Path
) -> None:
    async with a_house(tmp_path / "data", DATABASE_URL=postgres_url):
        with pytest.raises(NotOfThisStudio, match=r"secret\.key"):
            await open_studio(settings_for(tmp_path / "other", DATABASE_URL=postgres_url))
        for name in ("secret.key", "vendors.key"):
            (tmp_path / "other" / name).write_text((tmp_path / "data" / name).read_text())
        for _start in range(2):
            with pytest.raises(NotOfThisStudio, match=r"root\.pem"):
                await open_studio(settings_for(tmp_path / "other", DATABASE_URL=postgres_url))
        shutil.copytree(tmp_path / "data" / "credentials", tmp_path / "other" / "credentials")
        sandboxed = settings_for(tmp_path / "data", DATABASE_URL=postgres_url, sandbox="http://127.0.0.1:9")
        with pytest.raises(NotOfThisStudio, match="vendors are real; here they are simulated"):
            await open_studio(sandboxed)
        with pytest.raises(NotOfThisStudio, match="media of this studio"):
            await open_studio(settings_for(tmp_path / "other", DATABASE_URL=postgres_url))
