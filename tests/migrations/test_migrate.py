"""A database is brought up to date once, however many start at the same moment, and a newer one is left alone."""

import subprocess
import sys
from hashlib import sha256
from importlib import resources
from pathlib import Path

import pytest
from sqlalchemy import text

from photoplay import credits, generation
from photoplay.bootstrap import open_database
from photoplay.core.db import DatabaseAway, migration_engine
from photoplay.migrations import SchemaTooNew, migrate
from tests.factories import a_house, picture, settings_for
from tests.servers import Postgres

STARTERS = 10
FROZEN = {
    "0001_first.py": "faec439755e7538a",
    "0002_days_picks_voices.py": "e3517bd8ec064c23",
    "0003_limits_of_tokens_a_minute.py": "7a28c55ac3a3ebf4",
    "0004_clients_and_campaigns.py": "b62fb93288733f83",
    "0005_vendors_switched_off_and_their_usual_models.py": "22aa723bf8554a5e",
}
"""By file: the beginning of its SHA-256, once it has left the house."""
PROGRAM = """
import os, sys
from photoplay.core.db import migration_engine
from photoplay.migrations import migrate

gate, opened = os.pipe()
for number in range(int(sys.argv[1])):
    if os.fork() == 0:
        os.close(opened)
        os.read(gate, 1)
        done = [str(migrate(migration_engine(url))) for url in sys.argv[2:]]
        os.write(1, (" ".join(done) + "\\n").encode())
        os._exit(0)
os.close(gate)
os.close(opened)
sys.exit(max(os.waitstatus_to_exitcode(os.wait()[1]) for number in range(int(sys.argv[1]))))
"""


def test_of_ten_processes_that_start_together_one_migrates(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database(is_migrated=False) as address:
        urls = [f"sqlite:///{tmp_path / 'new.sqlite3'}", address.replace("postgresql", "postgresql+psycopg", 1)]
        command = [sys.executable, "-c", PROGRAM, str(STARTERS), *urls]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    answers = [line.split() for line in done.stdout.splitlines()]
    for of_one_database in zip(*answers, strict=True):
        assert sorted(of_one_database) == ["False"] * (STARTERS - 1) + ["True"]


@pytest.mark.usefixtures("on_both_databases")
def test_a_database_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    open_database(settings).close()
    engine = migration_engine(settings.database_address)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew, match="schema 9999"):
        migrate(engine)
    engine.dispose()


def test_a_server_that_does_not_answer_is_told_in_plain_words(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, DATABASE_URL=f"postgresql://me:secret@/mine?host={tmp_path}")
    with pytest.raises(DatabaseAway, match="The database cannot be used") as told:
        open_database(settings)
    assert "secret" not in told.value.message


AS_IT_WAS_FIRST = """
DROP TABLE spending_days;
DROP TABLE vendor_settings;
DROP TABLE picks;
DROP TABLE voices;
DROP TABLE campaigns;
DROP TABLE clients;
DROP TABLE campaign_days;
DROP INDEX ix_assets_campaign;
DROP INDEX ix_generations_campaign;
ALTER TABLE assets DROP COLUMN campaign_id;
ALTER TABLE generations DROP COLUMN campaign_id;
ALTER TABLE entries DROP COLUMN campaign_id;
ALTER TABLE entries DROP COLUMN client_id;
ALTER TABLE batches DROP COLUMN repeats;
ALTER TABLE orders DROP COLUMN repeats;
ALTER TABLE orders DROP COLUMN tokens;
ALTER TABLE vendor_accounts DROP COLUMN tokens_per_minute;
ALTER TABLE generations DROP COLUMN api_key_id;
ALTER TABLE users DROP COLUMN password_hash;
CREATE INDEX ix_entries_owner_charged_at ON entries (owner_id, charged_at);
UPDATE alembic_version SET version_num = '0001'
"""


@pytest.mark.usefixtures("on_both_databases")
async def test_a_studio_of_the_first_release_keeps_everything_and_its_limits_know_what_was_spent(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        member = await house.member(granted=100)
        taken = await generation.request(house.studio.runtime, member, picture(model="scripted:paid"))
        made = await house.end(taken.batch.items[0].id, member)
    engine = migration_engine(settings_for(tmp_path).database_address)
    with engine.begin() as connection:
        for statement in AS_IT_WAS_FIRST.split(";"):
            connection.execute(text(statement))
    engine.dispose()
    async with a_house(tmp_path) as house:
        assert await house.look(made.id, member) == made
        assert await house.studio.runtime.db.read(credits.audit) == []


def test_a_migration_that_may_have_run_somewhere_is_never_changed() -> None:
    folder = resources.files("photoplay.migrations") / "versions"
    found = {name: sha256((folder / name).read_bytes()).hexdigest()[:16] for name in FROZEN}
    assert found == FROZEN, "Write a new one instead: make migration m=..."
